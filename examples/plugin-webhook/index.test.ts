import { notifierSuite } from '@birdwatch/testing'
import { test } from 'vitest'
import { createFixture } from './fixture.js'

notifierSuite({ test, create: createFixture })
