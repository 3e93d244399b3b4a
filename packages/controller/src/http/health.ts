import { type Route, reply } from './server.js'

export interface HealthSources {
  /** What is not ready yet, in words; empty when everything is. */
  readonly unready: () => readonly string[]
  /** What the API server does not permit; empty when nothing is missing. */
  readonly refused: () => string
}

/** `/livez`: the process answers. `/readyz`: its caches are filled, so it could take over at any time. */
export const healthRoutes = ({ unready, refused }: HealthSources): Route[] => [
  { path: '/livez', handle: (_, response) => reply(response, 200, 'ok\n') },
  {
    path: '/readyz',
    handle(_, response) {
      const [missing, forbidden] = [unready(), refused()]
      const remark = forbidden === '' ? '' : `; not permitted: ${forbidden}`
      if (missing.length === 0) reply(response, 200, `ok${remark}\n`)
      else reply(response, 503, `not ready: ${missing.join(', ')}${remark}\n`)
    },
  },
]
