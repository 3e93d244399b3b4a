import { expect, test } from 'vitest'
import { createClient } from '../src/index.js'
import { answerJson, startServer } from './server.js'

const active = (type: string) => process.getActiveResourcesInfo().filter(resource => resource === type).length

test('an idle client keeps neither a timer nor the process alive, although its connection stands', async () => {
  const server = await startServer((_, response) => answerJson(response, {}))
  const timers = active('Timeout')

  await createClient({ server: server.url }).get('/version')

  expect(server.connections).toBe(1)
  // The one socket is the server's end.
  expect(active('TCPSocketWrap')).toBe(1)
  expect(active('Timeout')).toBeLessThanOrEqual(timers)
})
