import { useEffect, useState } from 'preact/hooks'
import type { Problem, Session } from '../../src/api.js'

/** Until the server has said otherwise, nothing can be done here. */
const looking: Session = { title: 'BirdWatch', kubectl: 'kubectl', commands: false, playground: false }

let present: Session = looking

const load = async (): Promise<Session> => {
  const response = await fetch('api/session')
  if (response.ok) present = (await response.json()) as Session
  return present
}

/** What the page may do; asked for again whenever the connection comes back, as another process may answer now. */
export function useSession(connected: boolean): Session {
  const [session, setSession] = useState(present)
  useEffect(() => {
    if (connected) load().then(setSession, () => {})
  }, [connected])
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
    headers: { 'content-type': 'application/json', 'x-birdwatch-token': present.token ?? '' },
    body: JSON.stringify(body),
  })
