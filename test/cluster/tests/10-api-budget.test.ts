import { describe, expect } from 'vitest'
import { type AuditEntry, waitFor } from '../src/index.js'
import { figure } from './support/figures.js'
import { hurried, test } from './support/product.js'
import { untilCanaryWeight } from './support/routes.js'

const nameOf = ({ verb, resource, subresource }: AuditEntry) =>
  `${verb} ${resource}${subresource === '' ? '' : `/${subresource}`}`

/** The Lease belongs to the process, whatever it carries. */
const withoutLease = (entries: AuditEntry[]) => entries.filter(({ resource }) => resource !== 'leases')

describe('The API server', () => {
  test('is asked for two writes and one event per weight step, and for no read', async ({
    environment,
    deploy,
    product,
  }) => {
    const app = await deploy()
    await product.start()
    const { user } = product.identity
    const birdWatch = await product.watch(app, { increment: 5 })
    await untilCanaryWeight(app, 10)
    const mark = await environment.audit.mark()
    const first = (await birdWatch.status()).weight ?? 0

    await untilCanaryWeight(app, 90)
    await birdWatch.phase('Promoting')

    const calls = withoutLease(await environment.audit.since(mark, { user }))
    const shifts = calls.flatMap((entry, i) => (nameOf(entry) === 'patch virtualservices' ? [i] : []))
    const whole = calls.slice(0, shifts.at(-1)).map(nameOf)
    const steps = shifts.length - 1
    expect(first).toBeLessThan(90)
    expect(steps).toBeGreaterThanOrEqual(10)
    const count = (name: string) => whole.filter(found => found === name).length
    figure(
      `API calls in ${steps} weight steps: ${[...new Set(whole)].map(name => `${count(name)} ${name}`).join(', ')}`,
    )
    expect(new Set(whole)).toEqual(new Set(['patch birdwatches/status', 'patch virtualservices', 'create events']))
    for (const name of new Set(whole)) expect(count(name)).toBeLessThanOrEqual(steps + 1)
  })

  test('is not asked for anything by rollouts that wait or have ended', async ({ environment, deploy, product }) => {
    const app = await deploy()
    await product.start()
    const { user } = product.identity
    const promoted = await product.watch(app, { traffic_limit: 10, at_limit: 'promote' })
    const waiting = await product.birdWatch('waiting').apply({ ...hurried(app), service: 'nowhere' })
    await waiting.phase('Waiting')
    await promoted.until('told', ({ phase, engine }) => phase === 'Promoted' && engine?.outbox.length === 0, {
      timeoutMs: 120_000, // what was delivered is recorded within a minute
    })
    const mark = await environment.audit.mark()

    const renewals = await waitFor('the Lease to be renewed a few times', async () => {
      const found = await environment.audit.since(mark, { user, resource: 'leases' })
      return found.length >= 20 && found
    })

    const calls = withoutLease(await environment.audit.since(mark, { user }))
    expect(calls.map(nameOf)).toEqual([])
    const [from, to] = [renewals.at(0), renewals.at(-1)].map(entry => entry?.at.getTime() ?? 0)
    figure(`API calls of two idle rollouts in ${((Number(to) - Number(from)) / 1000).toFixed(1)} s: ${calls.length}`)
  })
})
