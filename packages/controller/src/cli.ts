import { program } from './cli/program.js'

await program({
  env: process.env,
  out: text => process.stdout.write(text),
  fail(message) {
    process.stderr.write(`birdwatch: ${message}\n`)
    process.exitCode = 1
  },
}).parseAsync()
