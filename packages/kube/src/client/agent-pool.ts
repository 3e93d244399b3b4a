import { createHash } from 'node:crypto'
import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent, type RequestOptions } from 'node:https'

/** Idle connections end before the API server (90 s) or a load balancer (60 s) would end them under a request. */
const pooling = { keepAlive: true, maxFreeSockets: 16, timeout: 30_000 }

/**
 * One pool of kept-alive connections for as long as the TLS material stays the same. A pool that was replaced takes no
 * new request; what it carries goes on, and its idle connections run out.
 */
export class AgentPool {
  #pools: { readonly key: string; readonly agent: HttpAgent }[] = []

  /** The pool for plain HTTP. */
  plain(): HttpAgent {
    return this.#pool('http', () => new HttpAgent(pooling))
  }

  /** The pool for TLS with these options; `proxy` is client-node's agent when the kubeconfig names a proxy. */
  tls(options: RequestOptions, proxy: HttpAgent | undefined): HttpAgent {
    const { ca, cert, key, pfx, passphrase, servername, rejectUnauthorized } = options
    const material = { ca, cert, key, pfx, passphrase, servername, rejectUnauthorized }
    return this.#pool(fingerprint(material), () =>
      proxy ? Object.assign(proxy, { keepAlive: true }) : new HttpsAgent({ ...material, ...pooling }),
    )
  }

  close(): void {
    for (const { agent } of this.#pools) agent.destroy()
  }

  #pool(key: string, make: () => HttpAgent): HttpAgent {
    const newest = this.#pools.at(-1)
    if (newest?.key === key) return newest.agent
    const agent = make()
    this.#pools = [...this.#pools.filter(isBusy), { key, agent }]
    return agent
  }
}

function isBusy({ agent }: { agent: HttpAgent }): boolean {
  return Object.keys(agent.sockets).length > 0
}

/** Equal for equal values; says nothing about them, and cannot be turned back. */
export function fingerprint(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('base64')
}
