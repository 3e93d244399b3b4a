import { notifierSuite } from '@birdwatch/testing'
import { describe, test } from 'vitest'
import { createFixture } from '../test/fixture.js'

describe('live', () => notifierSuite({ test, create: () => createFixture('live') }))

describe('plain', () => notifierSuite({ test, create: () => createFixture('plain') }))
