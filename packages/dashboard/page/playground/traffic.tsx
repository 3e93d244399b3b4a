import type { ServiceTraffic, VersionTraffic } from '../../src/playground.js'
import { shares } from './shares.js'

/** Real requests per version, errors hatched. */
export function TrafficBar({ traffic }: { traffic: ServiceTraffic }) {
  const parts = shares(traffic.versions)
  return (
    <figure class="requests">
      <figcaption>
        Requests to <b>{traffic.service}</b>, counted at the client
      </figcaption>
      <div class="bar" aria-hidden="true">
        {parts.map(({ version, role, share, failing }) => (
          <span key={version} class={`${role} slide`} style={{ inlineSize: `${share * 100}%` }}>
            <i class="slide" style={{ inlineSize: `${failing * 100}%` }} />
          </span>
        ))}
      </div>
      <ul>
        {parts.map(part => (
          <li key={part.version} class={part.role}>
            <b>{part.version}</b> {Math.round(part.share * 100)} % <span class="figures">{figures(part)}</span>
          </li>
        ))}
      </ul>
    </figure>
  )
}

const figures = ({ requestsPerSecond, errorsPerSecond, latencyMs }: VersionTraffic): string =>
  [
    `${requestsPerSecond.toFixed(1)}\u00a0req/s`,
    `${errorsPerSecond.toFixed(1)}\u00a0errors/s`,
    ...(latencyMs === undefined ? [] : [`${Math.round(latencyMs)}\u00a0ms`]),
  ].join(' · ')
