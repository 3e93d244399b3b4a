import { expect, test, vi } from 'vitest'
import { AgentPool } from './agent-pool.js'

test('the same TLS material is the same pool, other material another', () => {
  const pool = new AgentPool()

  const first = pool.tls({ cert: 'a' }, undefined)

  expect(pool.tls({ cert: 'a' }, undefined)).toBe(first)
  expect(pool.tls({ cert: 'b' }, undefined)).not.toBe(first)
})

test('headers are no TLS material', () => {
  const pool = new AgentPool()

  const first = pool.tls({ headers: { authorization: 'first' } }, undefined)

  expect(pool.tls({ headers: { authorization: 'second' } }, undefined)).toBe(first)
})

test('close ends the newest pool, and older ones that still carry something', () => {
  const pool = new AgentPool()
  const busy = pool.tls({ cert: 'a' }, undefined)
  Object.assign(busy.sockets, { 'host:443': [] })
  const idle = pool.tls({ cert: 'b' }, undefined)
  const newest = pool.tls({ cert: 'c' }, undefined)
  const closed = [busy, idle, newest].map(agent => vi.spyOn(agent, 'destroy').mockImplementation(() => {}))

  pool.close()

  expect(closed.map(({ mock }) => mock.calls.length)).toEqual([1, 0, 1])
})
