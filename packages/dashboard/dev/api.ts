import { type DashboardHandler, type DashboardOptions, dashboardHandler } from '../src/index.js'
import { manyRollouts } from './many.js'
import { SamplePlayground } from './playground.js'
import { scenarios } from './scenarios.js'
import { World } from './world.js'

export interface Sample {
  readonly handler: DashboardHandler
  readonly world: World
  close(): void
}

/** How much of the past is there when the sample starts, milliseconds. */
const pastMs = 8 * 60_000

/**
 * Rollouts that never were, carried by the real engine: some minutes of their past, then as time goes by.
 *
 * @param amount `none`: no rollouts; `many`: five thousand more; else a dozen and a half
 */
export async function startSample(amount = 'some', options: Partial<DashboardOptions> = {}): Promise<Sample> {
  const world = new World(Date.now() - pastMs)
  const playground = new SamplePlayground(world)
  const handler = dashboardHandler({
    source: world.feed,
    commands: ({ namespace, name }, command) => world.command(`${namespace}/${name}`, command),
    playground,
    ...options,
  })
  if (amount !== 'none') for (const scenario of scenarios) world.add(scenario)
  if (amount === 'many') for (const [resource, state] of manyRollouts(5000)) world.feed.put(resource, state)
  await world.advance(pastMs)
  world.start()
  return {
    handler,
    world,
    close() {
      world.stop()
      playground.stop()
      handler.close()
    },
  }
}
