/**
 * The public surface of every published package, as text in git: `docs/api/*.api.md`. A change of it shows in the diff
 * of the commit that makes it. `--write` brings the reports up to date; without it, one that is not fails.
 */
import { copyFileSync, existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { CompilerState, Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor'
import { published } from './published.js'

const write = process.argv.includes('--write')
const compilerOptions = { target: 'ES2023', lib: ['ES2023', 'DOM'], module: 'NodeNext', types: ['node'] }
const quiet = { default: { logLevel: ExtractorLogLevel.None } }

const entry = directory => resolve(directory, 'dist/index.d.ts')
const configOf = ({ name, directory }) =>
  ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath: resolve(directory, 'package.json'),
    configObject: {
      projectFolder: resolve(directory),
      mainEntryPointFilePath: entry(directory),
      compiler: { overrideTsconfig: { compilerOptions, files: ['dist/index.d.ts'] } },
      newlineKind: 'lf',
      apiReport: {
        enabled: true,
        reportFileName: `${name}.api.md`,
        reportFolder: resolve('docs/api'),
        reportTempFolder: resolve('node_modules/.cache/api'),
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: { compilerMessageReporting: quiet, extractorMessageReporting: quiet, tsdocMessageReporting: quiet },
    },
  })

// One compilation for all of them: most of the time goes into reading the types of the platform.
const configs = published.map(configOf)
const compilerState = CompilerState.create(configs[0], {
  additionalEntryPoints: published.map(p => entry(p.directory)),
})

/** Its lines in one order: TypeScript writes the members of some types in an order of its own, another at each build. */
const content = file => (existsSync(file) ? readFileSync(file, 'utf8').split('\n').sort().join('\n') : undefined)

const handled = message => {
  message.handled = true
}

const changed = configs.flatMap(config => {
  Extractor.invoke(config, { localBuild: false, compilerState, messageCallback: handled })
  const { reportFilePath: kept, reportTempFilePath: present, packageJson } = config
  if (content(kept) === content(present)) return []
  if (write) copyFileSync(present, kept)
  return [packageJson.name]
})

for (const name of changed) console.log(`${name}: its public surface is no longer what docs/api says`)
if (changed.length > 0 && !write) {
  console.error('Look at what changed, then run `npm run generate` and commit the report.')
  process.exitCode = 1
}
