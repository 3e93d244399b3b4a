import { program } from './cli/program.js'
import { handleStrays } from './cli/strays.js'

/** How long the process may go on after its work is done, milliseconds. */
const lingerMs = 1000

handleStrays()

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
