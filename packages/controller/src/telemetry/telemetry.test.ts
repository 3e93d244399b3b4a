import { expect, it } from 'vitest'
import { rolloutState } from '../../test/support/samples.js'
import { metricCatalogue } from './catalogue.js'
import { Telemetry, type TelemetrySources } from './telemetry.js'

const sources = (changes: Partial<TelemetrySources> = {}): TelemetrySources => ({
  states: () => [{ key: 'shop/aleph', state: rolloutState() }],
  leading: () => true,
  queue: () => ({ waiting: 1, running: 2, delayed: 3 }),
  collections: () => [{ name: 'services', synced: true, size: 4, ageMs: 5000 }],
  missing: () => [],
  now: () => Date.UTC(2026, 0, 1),
  ...changes,
})

it('Every metric of the catalogue is served with its type and its help', async () => {
  const text = await new Telemetry('1.2.3').text()
  const lines = Object.entries(metricCatalogue).flatMap(([name, { type, help }]) => [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} ${type}`,
  ])
  expect(text.split('\n')).toEqual(expect.arrayContaining(lines))
})

it('Nothing is served that the catalogue does not name, but what Node tells of itself', async () => {
  const names = [...(await new Telemetry('1.2.3').text()).matchAll(/^# TYPE (\w+)/gm)].map(([, name = '']) => name)
  const others = names.filter(name => !Object.hasOwn(metricCatalogue, name) && !/^(process|nodejs)_/.test(name))
  expect(others).toEqual([])
})

it('A permission that is missing is shown until it is there', async () => {
  const telemetry = new Telemetry('1.2.3')
  telemetry.watch(sources({ missing: () => [{ verb: 'list', resource: 'services' }] }))
  expect(await telemetry.text()).toContain('birdwatch_permission_missing{verb="list",resource="services"} 1')
  telemetry.watch(sources())
  expect(await telemetry.text()).not.toContain('birdwatch_permission_missing{')
})

it('A rollout is shown for as long as it is known', async () => {
  const telemetry = new Telemetry('1.2.3')
  const states = [{ key: 'shop/aleph', state: rolloutState() }]
  telemetry.watch(sources({ states: () => states }))
  expect(await telemetry.text()).toContain('birdwatch_rollout_weight{namespace="shop",name="aleph"} 5')
  states.pop()
  expect(await telemetry.text()).not.toContain('aleph')
})

it('A phase that is left is no longer shown', async () => {
  const telemetry = new Telemetry('1.2.3')
  let state = rolloutState()
  telemetry.watch(sources({ states: () => [{ key: 'shop/aleph', state }] }))
  await telemetry.text()
  state = rolloutState({ phase: 'Holding' })
  expect((await telemetry.text()).match(/rollout_phase\{.*\} 1/g)).toEqual([
    'rollout_phase{namespace="shop",name="aleph",phase="Holding"} 1',
  ])
})

it('Lease, queue and caches are shown as they are at the moment of asking', async () => {
  const telemetry = new Telemetry('1.2.3')
  telemetry.watch(sources())
  const text = await telemetry.text()
  const lines = [
    'birdwatch_leader 1',
    'birdwatch_queue_keys{state="delayed"} 3',
    'birdwatch_reflector_objects{resource="services"} 4',
    'birdwatch_reflector_age_seconds{resource="services"} 5',
  ]
  expect(text.split('\n')).toEqual(expect.arrayContaining(lines))
})
