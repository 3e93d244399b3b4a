import { program } from './cli/program.js'
import { strayHandler } from './cli/strays.js'
import { createLogger } from './log.js'

/** How long the process may go on after its work is done, milliseconds. */
const lingerMs = 1000

const stray = strayHandler(createLogger('error'), text => process.stderr.write(text, () => process.exit(1)))
process.on('uncaughtException', stray).on('unhandledRejection', stray)

await program({
  env: process.env,
  out: text => process.stdout.write(text),
  fail(message) {
    process.stderr.write(`birdwatch: ${message}\n`)
    process.exitCode = 1
  },
}).parseAsync()
// A timer that a plugin has left must not keep it from ending.
setTimeout(() => process.exit(), lingerMs).unref()
