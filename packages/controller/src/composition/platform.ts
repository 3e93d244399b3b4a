import { systemClock } from '@birdwatch/core'
import type { DependencyContainer } from 'tsyringe'
import { startHttp } from '../http/server.js'
import { monotonicClock } from '../time.js'
import { provide } from './register.js'
import { tokens } from './tokens.js'

/** What the controller takes from its machine: time, chance, and sockets. A simulation owns all of them. */
export function registerPlatform(container: DependencyContainer): void {
  container.register(tokens.clock, { useValue: systemClock })
  container.register(tokens.resilient, { useValue: true })
  provide(container, tokens.shutdown, () => new AbortController())
  container.register(tokens.monotonic, { useValue: monotonicClock })
  container.register(tokens.random, { useValue: Math.random })
  provide(container, tokens.transport, () => undefined)
  container.register(tokens.listen, { useValue: startHttp })
}
