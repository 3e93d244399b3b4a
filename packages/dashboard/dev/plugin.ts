import { fileURLToPath } from 'node:url'
import type { Plugin } from 'vite'

/** While developing: the page's API, answered by sample rollouts. `SAMPLE=none|many` shows other amounts of them. */
export function sampleApi(): Plugin {
  return {
    name: 'birdwatch-sample-api',
    apply: 'serve',
    async configureServer(server) {
      const path = fileURLToPath(new URL('./dev/api.ts', `file://${process.cwd()}/`))
      const { startSample } = (await server.ssrLoadModule(path)) as typeof import('./api.js')
      const sample = await startSample(process.env.SAMPLE)
      server.httpServer?.once('close', () => sample.close())
      server.middlewares.use((request, response, next) => {
        if (request.url?.startsWith('/api/')) sample.handler(request, response)
        else next()
      })
    },
  }
}
