import { instantiate } from '@birdwatch/core'
import type { MetricFixture } from '@birdwatch/testing'
import { hang, json, startPeer } from '../support/peer.js'
import jsonHttp from './index.js'

const token = 'conformance-s3cret'

/** The provider in front of a server that answers every expression of the suite. */
export async function createFixture(): Promise<MetricFixture> {
  const { url, close } = await startPeer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://peer')
    if (request.headers.authorization !== `Bearer ${token}`) return json(response, 401, { token })
    if (pathname === '/hangs') return hang()
    if (pathname === '/down') return json(response, 503, { token })
    if (pathname === '/half') return response.end('{"errors": 0.')
    if (pathname !== '/stats') return json(response, 404, { token })
    json(response, 200, { at: Number(searchParams.get('at')), errors: 0.5, none: 0, 'a/b': [1, 2], name: 'aleph' })
  })
  return {
    provider: await instantiate(jsonHttp, { url, token }),
    numbers: { '/stats#/errors': 0.5, '/stats#/none': 0, '/stats#/a~1b/1': 2 },
    noData: '/stats#/latency/p95',
    moment: '/stats#/at',
    hangs: '/hangs',
    refused: '/wrong',
    fails: '/down',
    several: '/stats#/a~1b',
    notANumber: '/stats#/name',
    garbled: '/half',
    unreachable: await instantiate(jsonHttp, { url: 'http://127.0.0.1:1', token }),
    secrets: [token],
    close,
  }
}
