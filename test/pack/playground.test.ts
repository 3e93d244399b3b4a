import { once } from 'node:events'
import { existsSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTerminal } from '../../packages/playground/test/support/terminal.js'
import { until } from '../../packages/playground/test/support/until.js'
import { guide } from './support/guide.js'
import { shell, Workplace } from './support/workplace.js'

const { commands, setup, files } = guide('docs/plugins.md')
const workplace = new Workplace('anywhere')
const packages = ['core', 'kube', 'provider-prometheus', 'notifier-slack', 'router-istio', 'dashboard', 'controller']

beforeAll(async () => {
  for (const name of [...packages, 'testing', 'playground']) await workplace.pack(`packages/${name}`)
  const install = `npm install --omit=optional ${Object.keys(workplace.tarballs).join(' ')}`
  const { status, text } = await workplace.follow(install)
  expect(status, text).toBe(0)
})
/** Two ports that nobody listens on. */
async function freePorts(): Promise<[number, number]> {
  const servers = [createServer(), createServer()]
  for (const server of servers) await once(server.listen(0, '127.0.0.1'), 'listening')
  const [one = 0, other = 0] = servers.map(server => (server.address() as AddressInfo).port)
  for (const server of servers) await once(server.close(), 'close')
  return [one, other]
}

afterAll(() => workplace.remove())

test('`npx @birdwatch/playground` promotes a canary before the eyes of who has nothing but npm', async () => {
  const options = ['--port', '0', '--api-port', '0', '--interval', '2', '--stand-in']
  const { said, isAlive, interrupt } = inTerminal('npx', ['@birdwatch/playground', ...options], {
    cwd: workplace.folder,
    env: shell,
  })
  await until(() => said().includes('Ctrl-C ends everything.') || !isAlive())
  const [, page = 'no address'] = /BirdWatch playground\s+(http:\S+)/.exec(said()) ?? []
  const [, kubeconfig = ''] = /--kubeconfig (\S+)/.exec(said()) ?? []

  expect(said()).toContain('Stand-ins in this process: the Kubernetes API, Istio and Prometheus.')
  expect(await (await fetch(page)).text()).toContain('<script type="module"')
  const phase = async () => {
    const answer = await fetch(`${page}/api/rollouts/default/aleph`)
    return answer.ok ? ((await answer.json()) as { view: { phase: string } }).view.phase : 'none'
  }
  await until(async () => (await phase()) === 'Promoted')

  expect(existsSync(kubeconfig)).toBe(true)
  interrupt()
  await until(() => !isAlive())
  expect(existsSync(kubeconfig)).toBe(false)
})

test('The plugin of the tutorial carries a rollout in the controller of the playground', async () => {
  const [apiPort, statsPort] = await freePorts()
  for (const line of setup) expect(await workplace.follow(line), line).toMatchObject({ status: 0 })
  for (const { name, text } of files)
    writeFileSync(join(workplace.folder, name), text.replaceAll('9000', String(statsPort)))
  const terminal = (line: string) => inTerminal('sh', ['-c', line], { cwd: workplace.folder, env: shell })
  const [start = '', patch = ''] = commands.filter(line => !line.startsWith('npm '))
  const service = terminal('node service.js')
  const playground = terminal(`${start} --port 0 --api-port ${apiPort} --interval 2 --stand-in`)
  await until(() => playground.said().includes('Ctrl-C ends everything.') || !playground.isAlive())
  const patched = await workplace.follow(patch.replaceAll('8001', String(apiPort)))
  expect(patched, patched.text).toMatchObject({ status: 0 })

  const [birdWatch = ''] = patch.match(/http:\S+/) ?? []
  const status = async () => {
    const answer = await fetch(birdWatch.replace('8001', String(apiPort)))
    return ((await answer.json()) as { status?: { phase?: string; metrics?: object[] } }).status
  }
  await until(async () => (await status())?.phase === 'Promoted' || !playground.isAlive())
  expect((await status())?.metrics).toMatchObject([{ name: 'errors', baseline: 0.02, reading: 0.02 }])
  for (const { interrupt, isAlive } of [playground, service]) {
    interrupt()
    await until(() => !isAlive())
  }
})
