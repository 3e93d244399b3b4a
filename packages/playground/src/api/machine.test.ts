import { SimulatedClock } from '@birdwatch/core'
import { expect, test } from 'vitest'
import { birdWatchCrd } from '../../test/birdwatch-crd.js'
import { ApiMachine } from './machine.js'
import { type ApiAnswer, isWatch, type WatchEvent } from './request.js'

const configMaps = '/api/v1/namespaces/default/configmaps'
const configMap = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } })

const bodyOf = (answer: ApiAnswer) => (isWatch(answer) ? undefined : answer.body) as Record<string, unknown>

function watch(machine: ApiMachine, query: string) {
  const events: WatchEvent[] = []
  const state = { isOver: false, close: () => {} }
  const answer = machine.handle({ method: 'GET', url: `${configMaps}?watch=true&${query}` })
  if (isWatch(answer)) {
    state.close = answer.watch({
      event: event => events.push(event),
      end: () => {
        state.isOver = true
      },
    })
  }
  return { events, state }
}

test('answers at once, without a socket, in the time of its clock', () => {
  const machine = new ApiMachine({ clock: new SimulatedClock(Date.UTC(2030, 0, 1)), newUid: () => 'uid-1' })
  const answer = machine.handle({ method: 'POST', url: configMaps, body: configMap('a') })
  expect(answer.status).toBe(201)
  expect(bodyOf(answer).metadata).toMatchObject({ uid: 'uid-1', creationTimestamp: '2030-01-01T00:00:00Z' })
})

test('what comes from within the process is copied, and what is answered can not be changed', () => {
  const machine = new ApiMachine()
  const body = { ...configMap('a'), data: { key: 'before' } }
  const answer = bodyOf(machine.handle({ method: 'POST', url: configMaps, body }))
  body.data.key = 'after'
  expect(answer.data).toEqual({ key: 'before' })
  expect(Object.isFrozen(answer.data)).toBe(true)
})

test('serves the CustomResourceDefinition that BirdWatch ships', () => {
  const machine = new ApiMachine({ crds: [birdWatchCrd()] })
  const url = '/apis/otomato.link/v1alpha1/namespaces/default/birdwatches'
  const spec = { service: 'a', canary_version: 'v2', increment: 5, interval: 5, if_unhealthy: 'rollback' }
  const create = (more: object) =>
    machine.handle({
      method: 'POST',
      url,
      body: {
        apiVersion: 'otomato.link/v1alpha1',
        kind: 'BirdWatch',
        metadata: { name: 'a' },
        spec: { ...spec, ...more },
      },
    })
  expect(create({ metric: 'up' })).toMatchObject({ status: 422 })
  expect(create({ metric: 'up', deviation: 1, subsets: { canary: 'production' } })).toMatchObject({ status: 422 })
  expect(create({ metric: 'up', deviation: 1 })).toMatchObject({ status: 201 })
})

test('a hook can answer in its place, and nothing else happens', () => {
  const refusal = { status: 503, headers: {}, body: 'down' }
  const machine = new ApiMachine({ hooks: { before: ({ method }) => (method === 'POST' ? refusal : undefined) } })
  expect(machine.handle({ method: 'POST', url: configMaps, body: configMap('a') })).toBe(refusal)
  expect(machine.handle({ method: 'GET', url: `${configMaps}/a` })).toMatchObject({ status: 404 })
})

test('a hook can replace the answer to what has happened', () => {
  const lost = { status: 500, headers: {}, body: 'lost' }
  const machine = new ApiMachine({ hooks: { after: ({ method }, answer) => (method === 'POST' ? lost : answer) } })
  expect(machine.handle({ method: 'POST', url: configMaps, body: configMap('a') })).toBe(lost)
  expect(machine.handle({ method: 'GET', url: `${configMaps}/a` })).toMatchObject({ status: 200 })
})

test('a watch from a version that is forgotten gets 410 as an event, and ends', () => {
  const machine = new ApiMachine()
  machine.handle({ method: 'POST', url: configMaps, body: configMap('a') })
  machine.compact()
  const { events, state } = watch(machine, 'resourceVersion=2')
  expect(events).toMatchObject([{ type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired' } }])
  expect(state.isOver).toBe(true)
})

test('a page from a version that is forgotten is refused: 410', () => {
  const machine = new ApiMachine()
  for (const name of ['a', 'b']) machine.handle({ method: 'POST', url: configMaps, body: configMap(name) })
  const { metadata } = bodyOf(machine.handle({ method: 'GET', url: `${configMaps}?limit=1` })) as {
    metadata: { continue: string }
  }
  machine.handle({ method: 'POST', url: configMaps, body: configMap('c') })
  machine.compact()
  const answer = machine.handle({ method: 'GET', url: `${configMaps}?limit=1&continue=${metadata.continue}` })
  expect(answer).toMatchObject({ status: 410, body: { reason: 'Expired' } })
})

test('forgets the oldest changes by itself when there are too many', () => {
  const machine = new ApiMachine({ historyLimit: 2 })
  for (const name of ['a', 'b', 'c', 'd', 'e'])
    machine.handle({ method: 'POST', url: configMaps, body: configMap(name) })
  expect(watch(machine, 'resourceVersion=2').events).toMatchObject([{ type: 'ERROR' }])
  expect(watch(machine, 'resourceVersion=6').events).toMatchObject([
    { type: 'ADDED', object: { metadata: { name: 'e' } } },
  ])
})

test('sends bookmarks every minute and shortly before its time is over, then ends', async () => {
  const clock = new SimulatedClock()
  const { events, state } = watch(new ApiMachine({ clock }), 'allowWatchBookmarks=true&timeoutSeconds=150')
  await clock.advance(147_999)
  expect(events.map(({ type }) => type)).toEqual(['BOOKMARK', 'BOOKMARK'])
  await clock.advance(1)
  expect(events).toHaveLength(3)
  expect(state.isOver).toBe(false)
  await clock.advance(2_000)
  expect(state.isOver).toBe(true)
})

test('a watch that is closed tells nothing more, and leaves nothing behind', () => {
  const clock = new SimulatedClock()
  const machine = new ApiMachine({ clock })
  const { events, state } = watch(machine, 'allowWatchBookmarks=true')
  state.close()
  machine.handle({ method: 'POST', url: configMaps, body: configMap('a') })
  expect(events).toEqual([])
  expect(clock.next()).toBeUndefined()
})

test('a namespace that is deleted takes its content along, and takes no more until it is gone', () => {
  const machine = new ApiMachine()
  const url = '/api/v1/namespaces/team/configmaps'
  machine.handle({
    method: 'POST',
    url: '/api/v1/namespaces',
    body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team' } },
  })
  const held = { ...configMap('held'), metadata: { name: 'held', finalizers: ['x.y/z'] } }
  machine.handle({ method: 'POST', url, body: configMap('free') })
  machine.handle({ method: 'POST', url, body: held })
  const deleted = machine.handle({ method: 'DELETE', url: '/api/v1/namespaces/team' })
  expect(bodyOf(deleted).status).toEqual({ phase: 'Terminating' })
  expect(machine.handle({ method: 'GET', url: `${url}/free` })).toMatchObject({ status: 404 })
  expect(machine.handle({ method: 'POST', url, body: configMap('late') })).toMatchObject({ status: 403 })
  const release = { method: 'PATCH', url: `${url}/held`, headers: { 'content-type': 'application/merge-patch+json' } }
  machine.handle({ ...release, body: { metadata: { finalizers: null } } })
  expect(machine.handle({ method: 'GET', url: '/api/v1/namespaces/team' })).toMatchObject({ status: 404 })
})

test('a pod that runs is deleted when its kubelet says so', () => {
  const machine = new ApiMachine()
  const url = '/api/v1/namespaces/default/pods'
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p' },
    spec: { nodeName: 'n', containers: [{ name: 'c' }] },
  }
  machine.handle({ method: 'POST', url, body: pod })
  const marked = machine.handle({ method: 'DELETE', url: `${url}/p` })
  expect(bodyOf(marked).metadata).toMatchObject({ deletionGracePeriodSeconds: 30 })
  expect(machine.handle({ method: 'GET', url: `${url}/p` })).toMatchObject({ status: 200 })
  machine.handle({ method: 'DELETE', url: `${url}/p`, body: { gracePeriodSeconds: 0 } })
  expect(machine.handle({ method: 'GET', url: `${url}/p` })).toMatchObject({ status: 404 })
})

test.each([
  ['foreground deletion', 'DELETE', `${configMaps}/a`, { propagationPolicy: 'Foreground' }, 400],
  ['a method that a path does not know', 'PUT', configMaps, {}, 405],
  ['a path that is none', 'GET', '/apis/apps/v1/namespaces/default/deployments/a/logs/b', undefined, 404],
  ['a path that can not be decoded', 'GET', '/api/v1/%E0', undefined, 400],
])('refuses %s', (_, method, url, body, status) => {
  const machine = new ApiMachine()
  machine.handle({ method: 'POST', url: configMaps, body: configMap('a') })
  expect(machine.handle({ method, url, body })).toMatchObject({ status })
})

test('says what to do about protobuf', () => {
  const headers = { 'content-type': 'application/vnd.kubernetes.protobuf' }
  const answer = new ApiMachine().handle({ method: 'POST', url: configMaps, headers, body: 'k8s' })
  expect(answer).toMatchObject({ status: 415, body: { message: expect.stringContaining('kubectl apply -f') } })
})
