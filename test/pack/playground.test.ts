import { existsSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTerminal } from '../../packages/playground/test/support/terminal.js'
import { until } from '../../packages/playground/test/support/until.js'
import { shell, Workplace } from './support/workplace.js'

const workplace = new Workplace('anywhere')
const packages = ['core', 'kube', 'provider-prometheus', 'notifier-slack', 'router-istio', 'dashboard', 'controller']

beforeAll(async () => {
  for (const name of [...packages, 'playground']) await workplace.pack(`packages/${name}`)
  const install = `npm install --omit=optional ${Object.keys(workplace.tarballs).join(' ')}`
  const { status, text } = await workplace.follow(install)
  expect(status, text).toBe(0)
})
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
