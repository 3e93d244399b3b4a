import { metricProviderSuite } from '@birdwatch/testing'
import { test } from 'vitest'
import { createFixture } from '../test/fixture.js'

metricProviderSuite({ test, create: createFixture })
