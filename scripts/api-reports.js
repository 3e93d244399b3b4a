/**
 * The public surface of every published package, as text in git: `docs/api/*.api.md`. A change of it shows in the diff
 * of the commit that makes it. `--write` brings the reports up to date; without it, one that is not fails.
 */
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

const changed = configs
  .filter(config => {
    const handled = message => {
      message.handled = true
    }
    return Extractor.invoke(config, { localBuild: write, compilerState, messageCallback: handled }).apiReportChanged
  })
  .map(config => config.packageJson.name)

for (const name of changed) console.log(`${name}: its public surface is no longer what docs/api says`)
if (changed.length > 0 && !write) {
  console.error('Look at what changed, then run `npm run generate` and commit the report.')
  process.exitCode = 1
}
