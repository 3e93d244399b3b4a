import { join } from 'node:path'
import type { Plugin } from 'vite'

/** While developing: the page's API, answered by sample rollouts. `SAMPLE=none` and `SAMPLE=many` show other amounts. */
export function sampleApi(): Plugin {
  return {
    name: 'birdwatch-sample-api',
    apply: 'serve',
    async configureServer(server) {
      const module = await server.ssrLoadModule(join(server.config.root, '../dev/api.ts'))
      const { startSample } = module as typeof import('./api.js')
      const sample = await startSample(process.env.SAMPLE)
      server.httpServer?.once('close', () => sample.close())
      server.middlewares.use((request, response, next) => {
        if (request.url?.startsWith('/api/')) sample.handler(request, response)
        else next()
      })
    },
  }
}
