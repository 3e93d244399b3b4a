import { trafficRouterSuite } from '@birdwatch/testing'
import { describe, test } from 'vitest'
import { createFixture } from './fixture.js'
import { splitting } from './fixtures.js'

describe('with one route of 100', () => {
  trafficRouterSuite({ test, create: () => createFixture(splitting(100, 0)) })
})

describe('with two routes of coarse and odd sums, one of them shared with others', () => {
  const beth = { destination: { host: 'beth' }, weight: 40 }
  trafficRouterSuite({
    test,
    create: () => createFixture(splitting(7, 0), { name: 'shared', route: [...splitting(250, 0).route, beth] }),
  })
})
