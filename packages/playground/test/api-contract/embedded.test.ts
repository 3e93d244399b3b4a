import { afterAll } from 'vitest'
import { ApiMachine } from '../../src/api/machine.js'
import { type ApiServer, serveApi } from '../../src/api/server.js'
import { apiContract } from './index.js'

let server: ApiServer | undefined
afterAll(() => server?.close())

apiContract('the playground embeds it', async () => {
  const machine = new ApiMachine()
  server = await serveApi(machine)
  return { url: server.url, install: async crd => machine.install(crd) }
})
