import { metricProviderSuite } from '@birdwatch/testing'
import { test } from 'vitest'
import { createFixture, patienceMs } from '../test/fixture.js'

metricProviderSuite({ test, patienceMs, create: createFixture })
