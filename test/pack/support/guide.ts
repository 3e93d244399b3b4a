import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './workplace.js'

/** What a page of the documentation has its readers do. */
export function guide(path: string) {
  const page = readFileSync(join(root, path), 'utf8')
  /** What they type, line by line. */
  const commands = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, text = '']) => text.trim().split('\n'))
  return {
    commands,
    /** Those that make the folder ready. */
    setup: commands.filter(line => line.startsWith('npm ') && line !== 'npm test'),
    /** The files that they write: those whose first line is their name. */
    files: [...page.matchAll(/```(?:js|yaml)\n(?:\/\/|#) (\S+)\n([\s\S]*?)```/g)].map(([, name = '', text = '']) => ({
      name,
      text,
    })),
  }
}
