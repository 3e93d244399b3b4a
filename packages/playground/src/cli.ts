import { once } from 'node:events'
import { handleStrays } from '@birdwatch/controller'
import { program } from './play/program.js'

/** The first Ctrl-C ends everything in order; a second one does not wait for that. */
async function interrupted(): Promise<void> {
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
  process.once('SIGINT', () => process.exit(130))
}

handleStrays()
await program({
  env: process.env,
  out: text => void process.stdout.write(text),
  fail: message => {
    process.stderr.write(`birdwatch-playground: ${message}\n`)
    process.exitCode = 1
  },
  interrupted,
}).parseAsync()
// A timer that a plugin has left must not keep it from ending.
setTimeout(() => process.exit(), 1000).unref()
