// @ts-check
import { instantiate } from '@birdwatch/core'
import flags from '@birdwatch/example-plugin-flags'
import jsonHttp from '@birdwatch/example-plugin-json-http'
import webhook from '@birdwatch/example-plugin-webhook'
import { createService } from './service.js'

const { FLAGS_URL = '', FLAGS_TOKEN = '', STATS_URL = '', HOOK_URL = '', HOOK_SECRET = '' } = process.env
const { DIRECTORY = 'rollouts', PORT = '8080' } = process.env

const { server, stop } = await createService({
  directory: DIRECTORY,
  ports: {
    router: await instantiate(flags, { url: FLAGS_URL, token: FLAGS_TOKEN }),
    metrics: await instantiate(jsonHttp, { url: STATS_URL }),
    notifier: await instantiate(webhook, { url: HOOK_URL, secret: HOOK_SECRET }),
  },
})
server.listen(Number(PORT), '127.0.0.1', () => console.log(`listening on ${JSON.stringify(server.address())}`))
process.once('SIGTERM', stop)
