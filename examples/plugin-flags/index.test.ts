import { trafficRouterSuite } from '@birdwatch/testing'
import { test } from 'vitest'
import { createFixture, exceptions } from './fixture.js'

trafficRouterSuite({ test, create: createFixture, exceptions })
