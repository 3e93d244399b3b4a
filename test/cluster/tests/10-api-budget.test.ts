import { describe, expect } from 'vitest'
import { type AuditEntry, waitFor } from '../src/index.js'
import type { BirdWatch } from './support/birdwatch.js'
import { figure } from './support/figures.js'
import { hurried, test } from './support/product.js'
import { atLeast, untilWeight } from './support/routes.js'

const nameOf = ({ verb, resource, subresource }: AuditEntry) =>
  `${verb} ${resource}${subresource === '' ? '' : `/${subresource}`}`

/** Also of its VirtualService and of its Events. */
const isOf = ({ name }: BirdWatch, object: string) => object === name || object.startsWith(`${name}.`)

/** What was delivered is recorded within a minute. */
const aMinute = { timeoutMs: 120_000 }

/** The Lease belongs to the process, whatever it carries. */
const withoutLease = (entries: AuditEntry[]) => entries.filter(({ resource }) => resource !== 'leases')

describe('The API server', () => {
  test('is asked for two writes and one event per weight step, for no read, and for nothing by who is idle', async ({
    environment,
    deploy,
    product,
  }) => {
    const [app, other] = await Promise.all([deploy(), deploy({ name: 'done', versions: { v04: {}, v05: {} } })])
    await product.start()
    const { user } = product.identity
    const done = await product.watch(other)
    const waiting = await product.birdWatch('waiting').apply({ ...hurried(app), service: 'nowhere' })
    await Promise.all([done.phase('Promoted'), waiting.phase('Waiting')])

    const birdWatch = await product.watch(app, { increment: 5, traffic_limit: 60 })
    await untilWeight(app, atLeast(10))
    const begin = await environment.audit.mark()
    await untilWeight(app, atLeast(60))
    await birdWatch.phase('Holding')

    const calls = withoutLease(await environment.audit.since(begin, { user })).filter(({ name }) =>
      isOf(birdWatch, name),
    )
    const shifts = calls.flatMap((entry, i) => (nameOf(entry) === 'patch virtualservices' ? [i] : []))
    const whole = calls.slice(0, shifts.at(-1)).map(nameOf)
    const kinds = [...new Set(whole)]
    const count = (kind: string) => whole.filter(found => found === kind).length
    const steps = shifts.length - 1
    figure(`API calls in ${steps} weight steps: ${kinds.map(kind => `${count(kind)} ${kind}`).join(', ')}`)
    expect(steps).toBeGreaterThanOrEqual(8)
    expect(kinds.sort()).toEqual(['create events', 'patch birdwatches/status', 'patch virtualservices'])
    expect(Math.max(...kinds.map(count))).toBeLessThanOrEqual(steps + 1) // the log may begin within a step

    await Promise.all([birdWatch.delete(), done.until('told', ({ engine }) => engine?.outbox.length === 0, aMinute)])
    await waitFor('the other one to be gone', async () => !(await environment.api.find(birdWatch.ref)))
    const rest = await environment.audit.mark()
    const renewals = await waitFor('the Lease to be renewed a few times', async () => {
      const found = await environment.audit.since(rest, { user, resource: 'leases' })
      return found.length >= 20 && found
    })
    const idle = withoutLease(await environment.audit.since(rest, { user }))
    expect(idle.map(nameOf)).toEqual([])
    const [from, to] = [renewals.at(0), renewals.at(-1)].map(entry => entry?.at.getTime() ?? 0)
    figure(`API calls of two idle rollouts in ${((Number(to) - Number(from)) / 1000).toFixed(1)} s: ${idle.length}`)
  })
})
