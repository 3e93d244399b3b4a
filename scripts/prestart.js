/** Gets ready what `npm start` runs from the sources: the packages it uses, and the page. */
import '../packages/playground/bin/node-version.js'
import { execSync } from 'node:child_process'
import { mkdtempSync, rmdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

// Large, and not used by the playground: its controller asks Prometheus, and tells nobody.
const unused = ['provider-datadog', 'notifier-email']
const filters = ['@birdwatch/playground...', ...unused.map(name => `!@birdwatch/${name}`)].map(
  name => `--filter "${name}"`,
)

if (!isWritable('.')) stop(`${process.cwd()} can not be written to, and packages go there; use a clone of your own.`)
if (!isWritable(tmpdir())) stop(`${tmpdir()} can not be written to; set TMPDIR to a directory that can.`)
step(
  'Installing',
  ['npx -y pnpm@10.34.9 install --frozen-lockfile --config.confirmModulesPurge=false', ...filters].join(' '),
)
step('Building the page', 'npm run --silent --prefix packages/dashboard page -- --logLevel warn')

/**
 * Tries it: permissions do not tell of a file system that is read-only.
 * @param {string} directory
 */
function isWritable(directory) {
  try {
    rmdirSync(mkdtempSync(join(directory, '.birdwatch-')))
    return true
  } catch {
    return false
  }
}

/**
 * Says what it does in one line, and shows the command's own words only if it fails.
 * @param {string} title
 * @param {string} command
 */
function step(title, command) {
  process.stdout.write(`${title} …\n`)
  try {
    execSync(command, { stdio: ['ignore', 'pipe', 'pipe'] })
  } catch (error) {
    process.stderr.write(`${error.stdout ?? ''}${error.stderr ?? ''}`)
    stop(`"${command}" did not work; its own words are above.`)
  }
}

/** @param {string} why */
function stop(why) {
  process.stderr.write(`npm start: ${why}\n`)
  process.exit(1)
}
