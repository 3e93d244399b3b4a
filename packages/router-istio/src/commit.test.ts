import { describe, expect, test } from 'vitest'
import type { PatchOperation } from '../../../test/support/json-patch.js'
import { ApiFailure, type ApiRequest } from '../test/fake-api.js'
import {
  createWorld,
  destinationRuleRef,
  foreignRouteFirst,
  splitting,
  target,
  virtualService,
  virtualServiceRef,
  type World,
  weightsTo,
} from '../test/fixtures.js'

const serving = (production: number, canary: number) =>
  createWorld({ virtualService: virtualService({ http: [splitting(production, canary)] }) })
const code = (expected: string) => expect.objectContaining({ code: expected })

/** Lets somebody edit the VirtualService just before each of the next patches arrives; the cache hears nothing of it. */
const racing = (world: World, ...edits: (readonly PatchOperation[])[]) => {
  world.api.lagging = true
  world.api.gate = ({ verb }: ApiRequest) => {
    const edit = verb === 'patch' ? edits.shift() : undefined
    if (edit) world.api.edit(virtualServiceRef, edit)
  }
}
const verbs = ({ api }: World) => api.requests.map(({ verb }) => verb)
const rename = (name: string) => [{ op: 'add' as const, path: '/spec/http/0/name', value: name }]
const observedToken = async ({ router, signal }: World) => {
  const traffic = await router.observe(target, { signal })
  return 'token' in traffic ? (traffic.token ?? '') : ''
}

describe('a guarded change against somebody else’s edit', () => {
  test('An edit beside ours costs one more look and one more patch, and both edits stay.', async () => {
    const world = serving(90, 10)
    racing(world, rename('primary'))
    await world.router.shift(target, 20, { token: await observedToken(world), signal: world.signal })
    expect(world.weights()).toEqual([[80, 20]])
    expect(world.api.peek(virtualServiceRef).spec?.http?.[0]?.name).toBe('primary')
    expect(verbs(world)).toEqual(['patch', 'get', 'get', 'patch'])
  })

  test('An edit that moved our route to another place is followed.', async () => {
    const world = serving(90, 10)
    racing(world, foreignRouteFirst)
    await world.router.shift(target, 20, { token: await observedToken(world), signal: world.signal })
    expect(world.weights()).toEqual([[undefined], [80, 20]])
  })

  test('An edit of our weights wins: stale, and nothing of ours is written.', async () => {
    const world = serving(90, 10)
    racing(world, weightsTo(50, 50))
    const shifted = world.router.shift(target, 20, { token: await observedToken(world), signal: world.signal })
    await expect(shifted).rejects.toEqual(code('TRAFFIC_STALE'))
    expect(world.weights()).toEqual([[50, 50]])
  })

  test('A late write of ours that somebody has set back is not made once more, though the weights are as before.', async () => {
    const world = serving(90, 10)
    const token = await observedToken(world)
    world.api.edit(virtualServiceRef, weightsTo(80, 20), 'birdwatch')
    world.api.edit(virtualServiceRef, weightsTo(90, 10))
    await expect(world.router.shift(target, 20, { token, signal: world.signal })).rejects.toEqual(code('TRAFFIC_STALE'))
    expect(world.weights()).toEqual([[90, 10]])
  })

  test('A foreign version label wins as well.', async () => {
    const world = serving(90, 10)
    const token = await observedToken(world)
    world.api.edit(destinationRuleRef, [{ op: 'replace', path: '/spec/subsets/1/labels/version', value: 'v09' }])
    await expect(world.router.shift(target, 20, { token, signal: world.signal })).rejects.toEqual(code('TRAFFIC_STALE'))
    expect(world.api.requests).toEqual([])
  })

  test('Without a token it is written on what is found, so that the sum of the route is kept.', async () => {
    const world = serving(90, 10)
    racing(world, weightsTo(5, 5))
    await world.router.shift(target, 20, { signal: world.signal })
    expect(world.weights()).toEqual([[8, 2]])
  })

  test('What somebody else has already set to the wanted weight is not written again.', async () => {
    const world = serving(90, 10)
    racing(world, weightsTo(80, 20))
    await world.router.shift(target, 20, { signal: world.signal })
    expect(verbs(world)).toEqual(['patch', 'get', 'get'])
  })

  test('A route that is taken away meanwhile is missing.', async () => {
    const world = serving(90, 10)
    racing(world, [{ op: 'remove', path: '/spec/http/0' }])
    await expect(world.router.shift(target, 20, { signal: world.signal })).rejects.toEqual(code('TRAFFIC_MISSING'))
  })

  test('An object that never rests is given up after five tries.', async () => {
    const world = serving(90, 10)
    racing(world, ...['a', 'b', 'c', 'd', 'e', 'f'].map(rename))
    await expect(world.router.shift(target, 20, { signal: world.signal })).rejects.toEqual(code('TRAFFIC_STALE'))
    expect(world.api.patches).toHaveLength(5)
    expect(world.weights()).toEqual([[90, 10]])
  })

  test('Preparing looks at the weights again, before it tries again.', async () => {
    const world = serving(100, 0)
    world.api.gate = ({ verb }) => {
      if (verb !== 'patch') return
      world.api.edit(destinationRuleRef, [{ op: 'add', path: '/spec/trafficPolicy', value: {} }])
      world.api.edit(virtualServiceRef, weightsTo(50, 50))
    }
    const prepared = world.router.prepare(target, { version: 'v05', signal: world.signal })
    await expect(prepared).rejects.toEqual(code('TRAFFIC_STALE'))
    expect(world.versions()).toEqual(['v03', 'v04'])
  })

  test('A promotion goes through an unrelated edit.', async () => {
    const world = serving(0, 100)
    await world.router.promote(target, { version: 'v04', signal: world.signal })
    racing(world, rename('primary'))
    await world.router.promote(target, { version: 'v04', signal: world.signal })
    expect(world.weights()).toEqual([[100, 0]])
  })
})

describe('a rollback against somebody else’s edit', () => {
  test('An edit of our weights loses, at the first try.', async () => {
    const world = serving(90, 10)
    racing(world, weightsTo(50, 50))
    await world.router.rollback(target, { signal: world.signal })
    expect(world.weights()).toEqual([[100, 0]])
    expect(verbs(world)).toEqual(['patch'])
  })

  test('An edit that moved our route is followed: nobody else’s weight is touched.', async () => {
    const world = serving(90, 10)
    const other = {
      route: [
        { destination: { host: 'beth' }, weight: 30 },
        { destination: { host: 'gimel' }, weight: 70 },
      ],
    }
    racing(world, [{ op: 'add', path: '/spec/http/0', value: other }])
    await world.router.rollback(target, { signal: world.signal })
    expect(world.weights()).toEqual([
      [30, 70],
      [100, 0],
    ])
  })

  test('One that has done the same, and moved our route, leaves nothing to do: that is no error.', async () => {
    const world = serving(90, 10)
    racing(world, [...weightsTo(100, 0), ...foreignRouteFirst])
    await world.router.rollback(target, { signal: world.signal })
    expect(world.weights()).toEqual([[undefined], [100, 0]])
    expect(world.api.patches).toHaveLength(1)
  })

  test('A weight that was left out meanwhile is added.', async () => {
    const world = serving(40, 60)
    racing(world, [{ op: 'remove', path: '/spec/http/0/route/0/weight' }])
    await world.router.rollback(target, { signal: world.signal })
    expect(world.weights()).toEqual([[60, 0]])
  })
})

describe('a refusal with 422', () => {
  const refuse = (world: World) => {
    world.api.gate = ({ verb }) => {
      if (verb === 'patch') throw new ApiFailure(422, 'spec.http[0].route[0].weight in body should be less')
    }
  }

  test('It is told as one when the same patch would be sent again, after one look.', async () => {
    const world = serving(90, 10)
    refuse(world)
    await expect(world.router.shift(target, 20, { signal: world.signal })).rejects.toEqual(code('TRAFFIC_REFUSED'))
    expect(verbs(world)).toEqual(['patch', 'get', 'get'])
  })

  test('That is so for a rollback too.', async () => {
    const world = serving(90, 10)
    refuse(world)
    await expect(world.router.rollback(target, { signal: world.signal })).rejects.toEqual(code('TRAFFIC_REFUSED'))
    expect(world.api.patches).toHaveLength(1)
  })
})

describe('an answer other than a conflict', () => {
  test('A server that has no time is not asked again: whoever decides, decides whether to.', async () => {
    const world = serving(90, 10)
    world.api.gate = () => {
      throw new ApiFailure(503, 'no time')
    }
    await expect(world.router.shift(target, 20, { signal: world.signal })).rejects.toEqual(code('TRAFFIC_UNREACHABLE'))
    expect(verbs(world)).toEqual(['patch'])
  })

  test('A conflict is tried again, also when the same is to be written.', async () => {
    const world = serving(90, 10)
    const conflicts = [new ApiFailure(409, 'somebody was faster')]
    world.api.gate = ({ verb }) => {
      const conflict = verb === 'patch' ? conflicts.shift() : undefined
      if (conflict) throw conflict
    }
    await world.router.rollback(target, { signal: world.signal })
    expect(world.weights()).toEqual([[100, 0]])
  })
})

test.each([undefined, 300])('A patch that got the status %s is not taken for carried out.', async status => {
  const world = serving(90, 10)
  world.api.gate = () => {
    throw new ApiFailure(status, 'who knows')
  }
  await expect(world.router.shift(target, 20, { signal: world.signal })).rejects.toEqual(code('TRAFFIC_UNREACHABLE'))
  expect(verbs(world)).toEqual(['patch'])
})

describe('an answer that can not be used, of a patch that was carried out', () => {
  const garble = (world: World) => Object.assign(world.api, { garbled: true, lagging: true })

  test('It is no failure, and what is there is read instead: no watch may have told of it.', async () => {
    const world = serving(90, 10)
    garble(world)
    await world.router.shift(target, 20, { token: await observedToken(world), signal: world.signal })
    expect(verbs(world)).toEqual(['patch', 'get', 'get'])
    expect(await world.router.observe(target, { signal: world.signal })).toMatchObject({ weight: 20 })
  })

  test('When that can not be read either, nothing is known.', async () => {
    const world = serving(90, 10)
    garble(world)
    world.api.gate = ({ verb }) => {
      if (verb === 'get') throw new ApiFailure(200, 'the answer is not JSON')
    }
    await expect(world.router.rollback(target, { signal: world.signal })).rejects.toEqual(code('TRAFFIC_UNREACHABLE'))
  })
})

test('A look that is not answered ends the try: nothing is known.', async () => {
  const world = serving(90, 10)
  world.api.gate = ({ verb }) => {
    throw new ApiFailure(verb === 'patch' ? 409 : undefined, 'no')
  }
  await expect(world.router.shift(target, 20, { signal: world.signal })).rejects.toEqual(code('TRAFFIC_UNREACHABLE'))
})
