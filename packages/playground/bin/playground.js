#!/usr/bin/env node
// Before anything is loaded that an older Node could not even read.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`birdwatch-playground: Node 20.19 or newer is needed; this is ${process.versions.node}.\n`)
  process.exit(1)
}
await import('../dist/cli.js')
