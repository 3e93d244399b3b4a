import { expect, it, vi } from 'vitest'
import { silent } from '../../test/support/plugins.js'
import { checkConfiguration } from '../config/check.js'
import { noTracer } from '../tracing/tracer.js'
import { createContainer } from './compose.js'
import { tokens } from './tokens.js'
import { registerTracer } from './tracing.js'

const load = vi.hoisted(() => vi.fn())
vi.mock('../tracing/otlp.js', () => {
  load()
  return { createOtlpTracer: (options: object) => options }
})

const container = (tracing: object, environment = {}) =>
  createContainer({ configuration: checkConfiguration({ tracing }), environment, kubeconfig: {}, logger: silent })

it('Without an endpoint OpenTelemetry is not even loaded', async () => {
  const c = container({})
  await registerTracer(c)
  expect(c.resolve(tokens.tracer)).toBe(noTracer)
  expect(load).not.toHaveBeenCalled()
})

it('With one it is, with secrets taken from where the headers say', async () => {
  const c = container({ endpoint: 'http://collector:4318/v1/traces', headers: { key: { env: 'KEY' } } }, { KEY: 'x' })
  await registerTracer(c)
  expect(load).toHaveBeenCalledOnce()
  expect(c.resolve(tokens.tracer)).toMatchObject({ headers: { key: 'x' }, ratio: 1 })
})

it('A tracer that was registered stays', async () => {
  const child = container({ endpoint: 'http://collector:4318/v1/traces' }).createChildContainer()
  const own = { ...noTracer }
  child.register(tokens.tracer, { useValue: own })
  await registerTracer(child)
  expect(child.resolve(tokens.tracer)).toBe(own)
})
