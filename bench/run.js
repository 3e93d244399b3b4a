/** Runs every measurement and prints its table: `npm run bench`, or `npm run bench -- decision` for one. */
const names = ['decision', 'steps', 'planner', 'rollback']

for (const name of names.filter(name => process.argv.length < 3 || process.argv.includes(name))) {
  const { title, measure } = await import(`./${name}.js`)
  console.log(`\n${title}`)
  console.table(await measure())
}
