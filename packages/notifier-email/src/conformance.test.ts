import { notifierSuite } from '@birdwatch/testing'
import { test } from 'vitest'
import { createFixture, patienceMs } from '../test/fixture.js'

notifierSuite({ test, patienceMs, create: createFixture })
