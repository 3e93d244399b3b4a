import { useEffect, useState } from 'preact/hooks'
import type { Problem, Session } from '../../src/api.js'

/** A server that can not say what may be done here lets nothing be done. */
const looking: Session = { title: 'BirdWatch', kubectl: 'kubectl', commands: false, playground: false }

let present: Session | undefined

const retryMs = 1000

const load = async (): Promise<Session> => {
  const response = await fetch('api/session')
  present = response.ok ? ((await response.json()) as Session) : (present ?? looking)
  return present
}

/**
 * What the page may do; undefined until the server has said it, since a line to copy must not be shown without its
 * context. Asked for again whenever the connection comes back, as another process may answer now.
 */
export function useSession(lost: boolean): Session | undefined {
  const [session, setSession] = useState(present)
  useEffect(() => {
    if (lost) return
    let timer: ReturnType<typeof setTimeout> | undefined
    const ask = (): unknown => load().then(setSession, () => (timer = setTimeout(ask, retryMs)))
    ask()
    return () => clearTimeout(timer)
  }, [lost])
  return session
}

/** Acts; rejects with a sentence for people. A token of an earlier process is replaced once. */
export async function post(path: string, body: object): Promise<void> {
  let response = await send(path, body)
  if (response.status === 403) {
    await load()
    response = await send(path, body)
  }
  if (response.ok) return
  const problem = (await response.json().catch(() => undefined)) as Problem | undefined
  throw new Error(problem?.error ?? `the server answered ${response.status}`)
}

const send = (path: string, body: object): Promise<Response> =>
  fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-birdwatch-token': present?.token ?? '' },
    body: JSON.stringify(body),
  })
