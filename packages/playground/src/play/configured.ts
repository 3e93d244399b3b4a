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
  const others = found.providers.filter(provider => {
    const { name } = provider
    const kept = own.find(ours => ours.name === name)
    if (kept !== undefined && !isDeepStrictEqual(kept, provider))
      logger.warn(`the playground's own metrics are called ${name}: give the provider in your file another name`, {
        file,
      })
    return kept === undefined
  })
  return { ...found, providers: [...own, ...others] }
}
