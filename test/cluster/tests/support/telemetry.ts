import { type ControllerProcess, waitFor } from '../../src/index.js'

/** Where a controller serves /livez, /readyz and /metrics since it was started last. */
export async function httpOf(controller: ControllerProcess): Promise<string> {
  await controller.waitForLog(({ msg }) => msg === 'listening')
  const listening = controller.logs().findLast(({ msg }) => msg === 'listening')
  return `http://127.0.0.1:${listening?.port}`
}

/** The sum of a counter over all its series whose labels contain the text. */
async function counter(controller: ControllerProcess, name: string, labels: string): Promise<number> {
  const text = await (await fetch(`${await httpOf(controller)}/metrics`)).text()
  const series = [...text.matchAll(/^(\w+)(\{.*\})? (\S+)$/gm)]
  return series
    .filter(([, found, of = '']) => found === `birdwatch_${name}` && of.includes(labels))
    .reduce((sum, [, , , value]) => sum + Number(value), 0)
}

/** Resolves when the controller has asked Prometheus so many times more, with this result. */
export async function untilAsked(controller: ControllerProcess, times: number, code = 'OK'): Promise<void> {
  const count = () => counter(controller, 'provider_queries_total', `code="${code}"`)
  const before = await count()
  await waitFor(`${times} queries that end ${code}`, async () => (await count()) >= before + times)
}
