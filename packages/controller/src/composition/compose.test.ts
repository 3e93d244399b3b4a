import { describe, expect, it } from 'vitest'
import { instance, provider, signal, silent } from '../../test/support/plugins.js'
import { checkConfiguration } from '../config/check.js'
import { Providers } from '../plugins/providers.js'
import { createContainer } from './compose.js'
import { registerInstances } from './plugins.js'
import { tokens } from './tokens.js'

const container = (configuration: object = {}) =>
  createContainer({ configuration: checkConfiguration(configuration), environment: {}, kubeconfig: {}, logger: silent })

describe('A container', () => {
  it('makes each part once', () => {
    const c = container()
    expect(c.resolve(tokens.telemetry)).toBe(c.resolve(tokens.telemetry))
  })

  it('shares nothing with another one', () => {
    expect(container().resolve(tokens.telemetry)).not.toBe(container().resolve(tokens.telemetry))
  })

  it('lets a child replace a part, also for the parts that were registered in its parent', () => {
    const parent = container()
    const child = parent.createChildContainer()
    const clock = { now: () => 42, sleep: async () => {} }
    child.register(tokens.clock, { useValue: clock })
    expect(child.resolve(tokens.clock).now()).toBe(42)
    expect(parent.resolve(tokens.clock).now()).not.toBe(42)
  })

  it('takes providers as they were registered, instead of making those of the configuration', async () => {
    const child = container({ providers: [{ name: 'x', type: 'nowhere' }] }).createChildContainer()
    const own = new Providers([{ instance: instance('own'), provider: provider() }], { logger: silent })
    child.register(tokens.providers, { useValue: own })
    await registerInstances(child)
    expect(child.resolve(tokens.providers)).toBe(own)
  })

  it('makes the providers of the configuration', async () => {
    const c = container({ providers: [{ name: 'main', type: 'prometheus', options: { url: 'http://prom:9090' } }] })
    await registerInstances(c)
    expect(c.resolve(tokens.providers).find('shop', undefined)?.instance.name).toBe('main')
  })

  it('refuses an option that a provider does not know, by its place', async () => {
    const c = container({ providers: [{ name: 'main', type: 'prometheus', options: { url: 'http://x', uri: 'y' } }] })
    await registerInstances(c)
    await expect(c.resolve(tokens.providers).checks[0]?.check?.(signal())).rejects.toThrow(
      'providers[0].options: Unrecognized key: "uri"',
    )
  })

  it('says by its place what a notifier lacks, without its token, and keeps nobody from starting', async () => {
    const slack = { name: 'slack', type: 'slack', options: { token: 'xoxb-secret' } }
    const c = container({ notifiers: [slack] })
    await registerInstances(c)
    const error = await c
      .resolve(tokens.notifiers)
      .checks[0]?.check?.(signal())
      .catch((e: Error) => e.message)
    expect(error).toContain('notifiers[0].options.channel')
    expect(error).not.toContain('xoxb-secret')
  })
})
