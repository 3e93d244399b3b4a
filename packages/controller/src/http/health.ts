import { type Route, reply } from './server.js'

/** What is not ready yet, in words; empty when everything is. */
export type Unready = () => readonly string[]

/** `/livez`: the process answers. `/readyz`: its caches are filled, so it could take over at any time. */
export const healthRoutes = (unready: Unready): Route[] => [
  { path: '/livez', handle: (_, response) => reply(response, 200, 'ok\n') },
  {
    path: '/readyz',
    handle(_, response) {
      const missing = unready()
      if (missing.length === 0) reply(response, 200, 'ok\n')
      else reply(response, 503, `not ready: ${missing.join(', ')}\n`)
    },
  },
]
