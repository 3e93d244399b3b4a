import { describe, expect, it } from 'vitest'
import { MemoryMesh } from './mesh.js'

describe('MemoryMesh', () => {
  it('has every target from the beginning, all traffic on production.', () => {
    const mesh = new MemoryMesh({ production: 'v03', canary: 'v02' })

    expect(mesh.read('anything')).toMatchObject({ units: 0, production: 'v03', canary: 'v02' })
  })

  it('knows a target by its value, whatever the order of its keys.', () => {
    const mesh = new MemoryMesh()
    mesh.write({ a: 1, b: 2 }, 'somebody', { weight: 30 })

    expect(mesh.read({ b: 2, a: 1 })).toMatchObject({ units: 30, writer: 'somebody' })
  })

  it('counts and records a change, with what was before and after.', () => {
    const mesh = new MemoryMesh()
    mesh.write('a', 'somebody', { weight: 30 })
    mesh.write('a', 'somebody else', { canary: 'v2' })

    expect(mesh.records).toMatchObject([
      { target: 'a', before: { units: 0, generation: 1 }, after: { units: 30, generation: 2, writer: 'somebody' } },
      {
        target: 'a',
        before: { canary: 'v1' },
        after: { units: 30, canary: 'v2', generation: 3, writer: 'somebody else' },
      },
    ])
  })

  it('takes a change to what is there already for none.', () => {
    const mesh = new MemoryMesh()
    mesh.write('a', 'somebody', { weight: 0, production: 'v1' })

    expect(mesh.records).toEqual([])
    expect(mesh.read('a')).toMatchObject({ writer: 'nobody', generation: 1 })
  })

  it('rounds down to its units, but never to none.', () => {
    const mesh = new MemoryMesh({ units: 7 })

    expect([0, 1, 14, 15, 50, 99, 100].map(weight => mesh.toUnits(weight))).toEqual([0, 1, 1, 1, 3, 6, 7])
  })

  it('refuses a weight that is none.', () => {
    const mesh = new MemoryMesh()

    expect(() => mesh.write('a', 'somebody', { weight: 101 })).toThrow(RangeError)
    expect(() => mesh.write('a', 'somebody', { weight: -1 })).toThrow(RangeError)
    expect(() => mesh.write('a', 'somebody', { weight: Number.NaN })).toThrow(RangeError)
  })

  it('can not change a target that was removed, until it is restored.', () => {
    const mesh = new MemoryMesh()
    mesh.remove('a')

    expect(mesh.read('a')).toMatchObject({ state: 'missing' })
    expect(() => mesh.write('a', 'somebody', { weight: 1 })).toThrow('can not be changed')

    mesh.restore('a')
    expect(mesh.read('a')).toMatchObject({ units: 0 })
  })

  it('tells its listeners of every change until they end it.', () => {
    const mesh = new MemoryMesh()
    const heard: unknown[] = []
    const end = mesh.listen(target => heard.push(target))

    mesh.write('a', 'somebody', { weight: 1 })
    mesh.remove('b')
    end()
    mesh.write('a', 'somebody', { weight: 2 })

    expect(heard).toEqual(['a', 'b'])
  })
})
