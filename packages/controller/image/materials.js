/** Of what an image is made: packages, their licences, and the two as CycloneDX. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The packages that modules with these ids belong to, by name and version. */
export function packagesOf(ids) {
  const found = new Map()
  for (const id of ids) {
    const directory = packageDirectory(id.replace(/^\0+/, '').split('?')[0])
    if (directory === undefined) continue
    const { name, version, license = 'unknown' } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'))
    found.set(`${name}@${version}`, { name, version, license, directory })
  }
  return [...found.values()].sort((a, b) => (`${a.name}@${a.version}` < `${b.name}@${b.version}` ? -1 : 1))
}

/** The nearest folder whose package.json names a package: some have further ones inside that only set `type`. */
function packageDirectory(file) {
  for (let at = dirname(file); at !== dirname(at); at = dirname(at)) {
    const manifest = join(at, 'package.json')
    if (!existsSync(manifest)) continue
    const { name, version } = JSON.parse(readFileSync(manifest, 'utf8'))
    if (name !== undefined && version !== undefined) return at
  }
  return undefined
}

/** The licence of every package, with its text where the package has one. */
export const licences = packages =>
  packages
    .map(({ name, version, license, directory }) => {
      const text = readdirSync(directory)
        .filter(file => /^(licen[cs]e|notice|copying)/i.test(file))
        .sort()
        .map(file => readFileSync(join(directory, file), 'utf8').trim())
      return [`${name} ${version} (${license})`, ...text].join('\n\n')
    })
    .join(`\n\n${'-'.repeat(80)}\n\n`)
    .concat('\n')

/** A bill of materials: CycloneDX 1.6. It carries neither time nor serial number, so that it can be made again. */
export const billOfMaterials = (subject, packages) => ({
  $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
  bomFormat: 'CycloneDX',
  specVersion: '1.6',
  version: 1,
  metadata: { component: component('application', subject) },
  components: packages
    .filter(({ name }) => name !== subject.name)
    .map(({ license, ...rest }) => ({
      ...component('library', rest),
      licenses: [/ |\(/.test(license) ? { expression: license } : { license: { name: license } }],
    })),
})

function component(type, { name, version }) {
  const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`
  return { type, 'bom-ref': purl, name, version, purl }
}
