import { describe, expect } from 'vitest'
import { test } from './fixtures.js'

/** Stands in for the controller: logs its arguments and what it reads, and ends in good order. */
const program = `
const { readFileSync } = require('node:fs')
const argument = name => process.argv[process.argv.indexOf(name) + 1]
console.log(JSON.stringify({ msg: 'started', pid: process.pid, server: require(argument('--kubeconfig')).clusters[0].cluster.server }))
console.log(readFileSync(argument('--config'), 'utf8').trim(), process.env.SECRET, process.env.SHELL)
process.on('SIGTERM', () => process.exit(7))
setInterval(() => {}, 1000)`

const standIn = { command: [process.execPath, '-e', program, '--'], config: { url: 'x' }, env: { SECRET: 's' } }

describe('a controller process', () => {
  test('gets kubeconfig, configuration and exactly the given environment', async ({ environment, startController }) => {
    const controller = await startController(standIn)

    const started = await controller.waitForLog(line => line.msg === 'started')

    expect(started.server).toBe(`https://127.0.0.1:${environment.layout.ports.apiserver}`)
    await controller.waitForLog(line => line.msg === 'url: x s undefined')
    await expect(controller.terminate()).resolves.toBe(7)
  })

  test('goes on in the same log after it was killed and started again', async ({ startController }) => {
    const controller = await startController(standIn)
    await controller.waitForLog(line => line.msg === 'started')

    await controller.restart()

    await controller.waitForLog(line => line.msg === 'started' && line.pid !== controller.logs()[0]?.pid)
    await controller.kill()
    await expect(controller.running()).resolves.toBe(false)
  })
})
