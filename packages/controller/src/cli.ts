import { crashText } from './cli/crash.js'
import { program } from './cli/program.js'

process.on('uncaughtException', error => {
  process.stderr.write(crashText(error), () => process.exit(1))
})

await program({
  env: process.env,
  out: text => process.stdout.write(text),
  fail(message) {
    process.stderr.write(`birdwatch: ${message}\n`)
    process.exitCode = 1
  },
}).parseAsync()
