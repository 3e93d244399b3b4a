import { BirdWatchError, codeOf, withDeadline } from '@birdwatch/core'
import type { AuthenticationApi } from '@datadog/datadog-api-client/dist/packages/datadog-api-client-v1/apis/AuthenticationApi.js'
import type { MetricsApi } from '@datadog/datadog-api-client/dist/packages/datadog-api-client-v1/apis/MetricsApi.js'
import { accept } from './answer.js'
import { readKeys } from './keys.js'
import type { Settings } from './options.js'
import { get } from './transport.js'

/** The two parts of Datadog's API that are used. */
export interface Apis {
  readonly authentication: AuthenticationApi
  readonly metrics: MetricsApi
}

export type Call = <T>(caller: AbortSignal, ask: (apis: Apis) => Promise<T>) => Promise<T>

/**
 * The client, loaded when it is first used, and by its inner paths: its entry point would load every product's API, some
 * 126 MiB, and version 2 of this one 95 MiB; these are 30 MiB.
 */
async function load() {
  const [{ AuthenticationApi }, { MetricsApi }, { createConfiguration }, { ServerConfiguration }, { ResponseContext }] =
    await Promise.all([
      import('@datadog/datadog-api-client/dist/packages/datadog-api-client-v1/apis/AuthenticationApi.js'),
      import('@datadog/datadog-api-client/dist/packages/datadog-api-client-v1/apis/MetricsApi.js'),
      import('@datadog/datadog-api-client/dist/packages/datadog-api-client-common/configuration.js'),
      import('@datadog/datadog-api-client/dist/packages/datadog-api-client-common/servers.js'),
      import('@datadog/datadog-api-client/dist/packages/datadog-api-client-common/http/http.js'),
    ])
  return { AuthenticationApi, MetricsApi, createConfiguration, ServerConfiguration, ResponseContext }
}

/** Makes calls of Datadog's API, once each, with our own HTTP below: the client's has no deadline and logs its errors. */
export function createCall(settings: Settings): Call {
  const { baseUrl, place, timeoutMs } = settings
  const late = () =>
    new BirdWatchError('METRIC_TIMEOUT', `${place} did not answer within ${timeoutMs} ms (\`timeoutMs\`)`)

  return (caller, ask) =>
    withDeadline({ ms: timeoutMs, late, signal: caller }, async signal => {
      const [keys, client] = await Promise.all([readKeys(settings), load()])
      const configuration = client.createConfiguration({
        baseServer: new client.ServerConfiguration(baseUrl, {}),
        authMethods: { apiKeyAuth: keys.apiKey, appKeyAuth: keys.appKey },
        httpApi: {
          send: async request => {
            const answer = await get(request.getUrl(), request.getHeaders(), signal, settings)
            const text = accept(place, answer, keys)
            const body = { text: async () => text, binary: async () => Buffer.from(text) }
            return new client.ResponseContext(200, { 'content-type': 'application/json' }, body)
          },
        },
      })
      const authentication = new client.AuthenticationApi(configuration)
      const metrics = new client.MetricsApi(configuration)
      return ask({ authentication, metrics }).catch((error: unknown) => {
        throw codeOf(error) === undefined
          ? new BirdWatchError('METRIC_BAD_ANSWER', `${place} answered with values of an unknown shape`)
          : error
      })
    })
}
