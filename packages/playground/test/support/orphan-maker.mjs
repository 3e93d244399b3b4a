// A parent that starts a workload as the playground does, tells where it listens, and waits to be killed.
import { fork } from 'node:child_process'

const child = fork(new URL('../../bin/workload.js', import.meta.url), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
child.on('message', ({ port }) => process.stdout.write(`${port}\n`))
child.send({ knobs: { errorRate: 0, latencyMs: 0, ready: true } })
