import { spawnSync } from 'node:child_process'
import { commandLine } from '../support/command-line.js'

const parts = ['core', 'router']
const line = commandLine('mutate', 'Plants mistakes, and lists those that no test notices and nobody has explained.')
line.addArgument(line.createArgument('[parts...]', 'where').choices(parts).default(parts, 'both')).parse()

for (const part of line.processedArgs[0]) {
  const { status } = spawnSync('npx', ['stryker', 'run', `test/mutate/${part}.config.js`], { stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}
await import('./unexplained.js')
