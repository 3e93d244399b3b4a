import { expect, test, vi } from 'vitest'
import { nextUncaught } from '../../test/uncaught.js'
import type { KubeObject } from '../client/types.js'
import { Store } from './store.js'

interface Bird extends KubeObject {
  song: string
}

const bird = (
  name: string,
  resourceVersion: string,
  { uid = name, song = `${name}${resourceVersion}` } = {},
): Bird => ({
  metadata: { namespace: 'wood', name, uid, resourceVersion },
  song,
})

function newStore() {
  const store = new Store({ project: ({ song }: Bird) => song })
  const changes: unknown[] = []
  store.onChange((...change) => changes.push(change))
  return { store, changes }
}

/** Puts a complete list into the store; `meanwhile` happens while the list is under way. */
function relist(store: Store<Bird, string>, birds: Bird[], resourceVersion: string, meanwhile: () => void = () => {}) {
  const begun = store.beginList()
  meanwhile()
  store.commitList(
    birds.map(item => store.prepare(item)),
    resourceVersion,
    begun,
  )
}

const added = (object: Bird) => ({ type: 'ADDED' as const, object })
const modified = (object: Bird) => ({ type: 'MODIFIED' as const, object })
const deleted = (object: Bird) => ({ type: 'DELETED' as const, object })

test('it keeps the projection only, found by namespace and name or by key', () => {
  const { store } = newStore()

  store.apply(added(bird('finch', '1')))

  expect(store.get('wood', 'finch')).toBe('finch1')
  expect(store.getByKey('wood/finch')).toBe('finch1')
  expect(store.list()).toEqual(['finch1'])
  expect(store.size).toBe(1)
})

test('what has no namespace is found without one', () => {
  const { store } = newStore()

  store.apply(added({ metadata: { name: 'node', resourceVersion: '1' }, song: 'none' }))

  expect(store.get(undefined, 'node')).toBe('none')
})

test('listeners are told of what is new, changed and gone', () => {
  const { store, changes } = newStore()

  store.apply(added(bird('finch', '1')))
  store.apply(modified(bird('finch', '2')))
  store.apply(deleted(bird('finch', '3')))

  expect(changes).toEqual([
    ['wood/finch', 'finch1', undefined],
    ['wood/finch', 'finch2', 'finch1'],
    ['wood/finch', undefined, 'finch2'],
  ])
})

test('a listener that was taken off is told nothing', () => {
  const { store } = newStore()
  const listener = vi.fn()

  store.onChange(listener)()
  store.apply(added(bird('finch', '1')))

  expect(listener).not.toHaveBeenCalled()
})

test('an error in a listener reaches the process, and neither the others nor the store', async () => {
  const { store } = newStore()
  const bug = new Error('bug')
  const uncaught = nextUncaught()
  const after = vi.fn()
  store.onChange(() => {
    throw bug
  })
  store.onChange(after)

  store.apply(added(bird('finch', '1')))

  expect(await uncaught).toBe(bug)
  expect(after).toHaveBeenCalledOnce()
  expect(store.size).toBe(1)
})

test('bookmarks change nothing', () => {
  const { store, changes } = newStore()

  store.apply({ type: 'BOOKMARK', object: bird('finch', '1') })

  expect(changes).toEqual([])
})

test("the answer to one's own write is there at once, and older events are dropped", () => {
  const { store, changes } = newStore()
  store.apply(added(bird('finch', '1')))

  const isTaken = store.replace(bird('finch', '5'))
  store.apply(modified(bird('finch', '3')))
  store.apply(modified(bird('finch', '5')))

  expect(isTaken).toBe(true)
  expect(store.get('wood', 'finch')).toBe('finch5')
  expect(changes).toHaveLength(2)
})

test('an answer that is older than what the watch brought is dropped', () => {
  const { store } = newStore()
  store.apply(added(bird('finch', '9')))

  const isTaken = store.replace(bird('finch', '5'))

  expect(isTaken).toBe(false)
  expect(store.get('wood', 'finch')).toBe('finch9')
})

test('versions are numbers: 10 is newer than 9', () => {
  const { store } = newStore()
  store.apply(added(bird('finch', '9')))

  store.apply(modified(bird('finch', '10')))

  expect(store.get('wood', 'finch')).toBe('finch10')
})

test('a late answer does not bring a deleted object back', () => {
  const { store } = newStore()
  store.apply(added(bird('finch', '1')))
  store.apply(deleted(bird('finch', '5')))

  const isTaken = store.replace(bird('finch', '4'))

  expect(isTaken).toBe(false)
  expect(store.size).toBe(0)
})

test('a late answer about an object that was created and deleted unseen does not bring it in', () => {
  const { store } = newStore()
  store.apply(deleted(bird('finch', '5')))

  expect(store.replace(bird('finch', '4'))).toBe(false)
})

test('an object that a list no longer has stays away, although an answer from before comes late', () => {
  const { store } = newStore()
  relist(store, [bird('finch', '1')], '1')
  relist(store, [], '8')

  expect(store.replace(bird('finch', '4'))).toBe(false)
})

test('an object of the same name that was created later is taken', () => {
  const { store } = newStore()
  store.apply(added(bird('finch', '1')))
  store.apply(deleted(bird('finch', '5')))

  const isTaken = store.replace(bird('finch', '6', { uid: 'another' }))

  expect(isTaken).toBe(true)
})

test('an object that left a selector and meets it again is taken', () => {
  const { store } = newStore()
  store.apply(added(bird('finch', '1')))
  store.apply(deleted(bird('finch', '5')))

  store.apply(added(bird('finch', '6')))

  expect(store.get('wood', 'finch')).toBe('finch6')
})

test('an object that an own write took out of the selector goes with the event of that write', () => {
  const { store } = newStore()
  store.apply(added(bird('finch', '1')))
  store.replace(bird('finch', '5'))

  store.apply(deleted(bird('finch', '5')))

  expect(store.size).toBe(0)
})

test('a late answer about an object that came and went between two lists does not bring it in', () => {
  const { store } = newStore()
  relist(store, [], '8')

  expect(store.replace(bird('finch', '4'))).toBe(false)
})

test('a bookmark says that what is older and not here is gone', () => {
  const { store } = newStore()
  relist(store, [], '1')

  store.apply({ type: 'BOOKMARK', object: bird('', '8') })

  expect(store.replace(bird('finch', '4'))).toBe(false)
  expect(store.replace(bird('finch', '9'))).toBe(true)
})

test('the deletion of a predecessor does not touch an object of the same name that is newer', () => {
  const { store } = newStore()
  store.replace(bird('finch', '9', { uid: 'another' }))

  store.apply(deleted(bird('finch', '5')))

  expect(store.size).toBe(1)
})

test('where versions are opaque, what comes later counts', () => {
  const { store } = newStore()
  store.apply(added(bird('finch', 'b')))

  store.apply(modified(bird('finch', 'a')))

  expect(store.get('wood', 'finch')).toBe('fincha')
})

test('where versions are opaque, a deleted object stays deleted and its successor comes in', () => {
  const { store } = newStore()
  store.apply(deleted(bird('finch', 'b')))

  expect(store.replace(bird('finch', 'a'))).toBe(false)
  expect(store.replace(bird('finch', 'c', { uid: 'another' }))).toBe(true)
})

test('a list adds, changes and deletes, and is silent about what is the same', () => {
  const { store, changes } = newStore()
  relist(store, [bird('finch', '1'), bird('robin', '2'), bird('wren', '3')], '3')
  changes.length = 0

  relist(store, [bird('finch', '1'), bird('robin', '5'), bird('lark', '6')], '7')

  expect(changes).toEqual([
    ['wood/robin', 'robin5', 'robin2'],
    ['wood/lark', 'lark6', undefined],
    ['wood/wren', undefined, 'wren3'],
  ])
})

test('a list that shows a successor of the same version is news: the uid differs', () => {
  const { store, changes } = newStore()
  relist(store, [bird('finch', '1')], '1')

  relist(store, [bird('finch', '1', { uid: 'another', song: 'new' })], '1')

  expect(changes).toHaveLength(2)
  expect(store.get('wood', 'finch')).toBe('new')
})

test('objects without uid and version are taken from a list too', () => {
  const { store } = newStore()

  relist(store, [{ metadata: { name: 'finch' }, song: 'la' }], '1')

  expect(store.list()).toEqual(['la'])
})

test('an own write that was answered while a list was under way outlives the list', () => {
  const { store } = newStore()
  relist(store, [bird('finch', '1')], '1')

  relist(store, [bird('finch', '1')], '3', () => {
    store.replace(bird('finch', '5'))
    store.replace(bird('robin', '6'))
  })

  expect(store.list()).toEqual(['finch5', 'robin6'])
})

test('an own write that the list has overtaken does not', () => {
  const { store } = newStore()

  relist(store, [bird('finch', '8')], '9', () => {
    store.replace(bird('finch', '5'))
    store.replace(bird('robin', '6'))
  })

  expect(store.list()).toEqual(['finch8'])
})

test('a list counts more than what was known before it, even if its versions are lower: a server was reset', () => {
  const { store } = newStore()
  relist(store, [bird('finch', '100'), bird('wren', '90')], '100')
  store.replace(bird('finch', '120'))
  store.apply(deleted(bird('robin', '130')))

  relist(store, [bird('finch', '4')], '5')
  store.apply(added(bird('robin', '6')))

  expect(store.list()).toEqual(['finch4', 'robin6'])
})

test('an index finds objects by what a function returns for them', () => {
  const { store } = newStore()
  store.apply(added(bird('finch', '1', { song: 'la la' })))
  store.index('notes', song => song.split(' '))

  store.apply(added(bird('robin', '2', { song: 'la di' })))
  store.apply(modified(bird('finch', '3', { song: 'di dum' })))
  store.apply(added(bird('wren', '4', { song: 'dum' })))
  store.apply(deleted(bird('wren', '5')))

  expect(store.lookup('notes', 'la')).toEqual(['la di'])
  expect(store.lookup('notes', 'di')).toEqual(['la di', 'di dum'])
  expect(store.lookup('notes', 'dum')).toEqual(['di dum'])
  expect(store.lookup('notes', 'ho')).toEqual([])
})

test('an index that does not exist is an error that names the others', () => {
  const { store } = newStore()
  store.index('notes', song => [song])

  expect(() => store.lookup('note', 'la')).toThrow(/note\. Known: notes/)
})
