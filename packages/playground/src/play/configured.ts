import { isDeepStrictEqual } from 'node:util'
import { type Configuration, loadConfiguration } from '@birdwatch/controller'
import type { Logger } from '@birdwatch/core'

/**
 * What the file says, if there is one. The sample's metrics are the default provider's, so that one is always the
 * playground's: another one of its name gives way, and that is said. Throws a `ConfigurationError` of the file.
 */
export function configured(
  file: string | undefined,
  prometheusUrl: string,
  logger: Pick<Logger, 'warn'>,
): Configuration {
  const environment = { PROMETHEUS_URL: prometheusUrl }
  const found = loadConfiguration(file, environment)
  const own = loadConfiguration(undefined, environment).providers
  const named = ({ name }: { name: string }) => own.find(provider => provider.name === name)
  for (const provider of found.providers) {
    const { name } = provider
    if (named(provider) !== undefined && !isDeepStrictEqual(named(provider), provider))
      logger.warn(`the playground asks its own metrics as ${name}; give the provider of your file another name`, {
        file,
      })
  }
  return { ...found, providers: [...own, ...found.providers.filter(provider => named(provider) === undefined)] }
}
