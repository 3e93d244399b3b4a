import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { Session } from '../src/api.js'
import type { PlaygroundState } from '../src/playground.js'
import { List } from './list/list.js'
import { useSession } from './live/session.js'
import type { Live } from './live/use-live.js'
import { useRollout, useRollouts } from './live/use-live.js'
import { Panel } from './playground/panel.js'
import { Rollout } from './rollout/rollout.js'
import { listHref, routeOf } from './route.js'
import { Announcer } from './ui/announce.js'
import { LostBanner, StatusDot } from './ui/status.js'

export function App() {
  const route = useRoute()
  return route.kind === 'list' ? <ListPage /> : <RolloutPage key={route.key} id={route.key} />
}

function ListPage() {
  const live = useRollouts()
  const session = useSession(live.status.kind === 'lost')
  return (
    <Frame live={live} session={session} service={undefined}>
      <List rows={session && live.data} />
    </Frame>
  )
}

function RolloutPage({ id }: { id: string }) {
  const live = useRollout(id)
  const connected = live.status.kind === 'live'
  const session = useSession(live.status.kind === 'lost')
  useEffect(() => {
    scrollTo(0, 0)
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !(event.target instanceof HTMLInputElement)) location.hash = listHref
    }
    addEventListener('keydown', onKeyDown)
    return () => removeEventListener('keydown', onKeyDown)
  }, [])
  return (
    <Frame live={live} session={session} service={live.data?.view?.service} back>
      <Rollout id={id} data={live.data} session={session && { ...session, commands: session.commands && connected }} />
    </Frame>
  )
}

interface FrameProps {
  readonly live: Live<unknown>
  /** Undefined: not known yet. */
  readonly session: Session | undefined
  /** The service whose traffic the playground shows; undefined: all. */
  readonly service: string | undefined
  readonly back?: boolean
  readonly children: ComponentChildren
}

/** What surrounds every page. */
function Frame({ live, session, service, back = false, children }: FrameProps) {
  const { status, playground } = live
  const connected = status.kind === 'live'
  return (
    <>
      <button type="button" class="skip" onClick={() => document.getElementById('main')?.focus()}>
        Skip to the content
      </button>
      <header class="top">
        <a class="brand" href={listHref} aria-current={back ? undefined : 'page'}>
          <img src="./bird.svg" alt="" width="26" height="26" />
          {session?.title ?? 'BirdWatch'}
        </a>
        {back && (
          <a class="back" href={listHref} aria-keyshortcuts="Escape">
            All rollouts
          </a>
        )}
        <StatusDot status={status} />
      </header>
      <LostBanner status={status} stale={live.data !== undefined} retry={live.retry} />
      <main id="main" tabIndex={-1} class={status.kind === 'lost' ? 'stale' : ''}>
        {session?.playground && playground !== undefined && (
          <Panel
            state={playground as PlaygroundState}
            service={service}
            connected={connected && session.token !== undefined}
          />
        )}
        {children}
      </main>
      <Announcer />
    </>
  )
}

function useRoute() {
  const [route, setRoute] = useState(() => routeOf(location.hash))
  useEffect(() => {
    const change = () => setRoute(routeOf(location.hash))
    addEventListener('hashchange', change)
    return () => removeEventListener('hashchange', change)
  }, [])
  return route
}
