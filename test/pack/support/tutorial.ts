import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './workplace.js'

const page = readFileSync(join(root, 'docs/plugins.md'), 'utf8')

/** What the tutorial has its readers type, line by line. */
export const commands = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, text = '']) => text.trim().split('\n'))

/** Those that make the folder ready. */
export const setup = commands.filter(line => line.startsWith('npm ') && line !== 'npm test')

/** The files that it has them write: those whose first line is their name. */
export const files = [...page.matchAll(/```(?:js|yaml)\n(?:\/\/|#) (\S+)\n([\s\S]*?)```/g)].map(
  ([, name = '', text = '']) => ({ name, text }),
)
