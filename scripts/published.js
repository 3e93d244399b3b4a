/** The packages that are published, as the folders below `packages` and their manifests. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export const published = readdirSync('packages')
  .map(name => ({ name, directory: join('packages', name) }))
  .map(({ name, directory }) => ({
    name,
    directory,
    manifest: JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')),
  }))
  .filter(({ manifest }) => !manifest.private)
