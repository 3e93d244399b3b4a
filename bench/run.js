import { commandLine } from '../test/support/command-line.js'

const names = ['decision', 'steps', 'planner', 'rollback']
const line = commandLine('bench', 'Runs measurements and prints their tables.')
line.addArgument(line.createArgument('[measurements...]', 'which of them').choices(names).default(names, 'all')).parse()

for (const name of line.processedArgs[0]) {
  const { title, measure } = await import(`./${name}.js`)
  console.log(`\n${title}`)
  console.table(await measure())
}
