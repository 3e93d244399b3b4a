import type { Telemetry } from '../telemetry/telemetry.js'
import { type Route, reply } from './server.js'

/** `/metrics`, in Prometheus's text format. */
export const metricsRoute = (telemetry: Telemetry): Route => ({
  path: '/metrics',
  handle: async (_, response) => reply(response, 200, await telemetry.text(), telemetry.contentType),
})
