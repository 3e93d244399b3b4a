import { useEffect, useRef, useState } from 'preact/hooks'
import type { ListChange, RolloutChange, RolloutDetail, RolloutList } from '../../src/api.js'
import type { PlaygroundState } from '../../src/playground.js'
import { sawServerTime } from './clock.js'
import { listAfter, type Rows, rolloutAfter } from './models.js'
import { type Status, Stream } from './stream.js'

/** What a page follows. `data` is undefined until something has come. */
export interface Live<Data> {
  readonly status: Status
  readonly data: Data | undefined
  readonly playground: PlaygroundState | undefined
  retry(): void
}

type Reduce<Data> = (known: Data | undefined, change: unknown, reset: boolean) => Data

/** What was seen last of each subject: going back shows it at once, and only what has changed since is asked for. */
const seen = new Map<string, { data: unknown; lastId: string | undefined }>()
const subjectsKept = 20

function useLive<Data>(subject: string | undefined, reduce: Reduce<Data>): Live<Data> {
  const key = subject ?? ''
  const [status, setStatus] = useState<Status>({ kind: 'connecting' })
  const [data, setData] = useState(() => seen.get(key)?.data as Data | undefined)
  const [playground, setPlayground] = useState<PlaygroundState>()
  const stream = useRef<Stream>(null)

  useEffect(() => {
    const known = seen.get(key)
    let current = known?.data as Data | undefined
    let frame = 0
    // Many changes of one moment are drawn once.
    const show = () => {
      frame ||= requestAnimationFrame(() => {
        frame = 0
        setData(current)
      })
    }
    const opened = new Stream(subject, known?.lastId, {
      status: setStatus,
      clock: sawServerTime,
      event(name, event) {
        if (name === 'playground') return setPlayground(event as PlaygroundState)
        sawServerTime((event as RolloutList).now)
        current = reduce(current, event, name === 'reset')
        show()
      },
    })
    stream.current = opened
    setData(() => current)
    return () => {
      opened.close()
      cancelAnimationFrame(frame)
      remember(key, current, opened.lastId)
    }
  }, [key])

  return { status, data, playground, retry: () => stream.current?.retry() }
}

function remember(key: string, data: unknown, lastId: string | undefined): void {
  seen.delete(key)
  if (data !== undefined) seen.set(key, { data, lastId })
  for (const oldest of seen.keys()) if (oldest !== '' && seen.size > subjectsKept) seen.delete(oldest)
}

const reduceList: Reduce<Rows> = (rows, change) => listAfter(rows, change as RolloutList | ListChange)
const reduceRollout: Reduce<RolloutDetail> = (known, change, reset) =>
  rolloutAfter(known, change as RolloutDetail | RolloutChange, reset)

/** All rollouts. */
export const useRollouts = (): Live<Rows> => useLive(undefined, reduceList)

/** One rollout with its history; its view is null when there is none. */
export const useRollout = (key: string): Live<RolloutDetail> => useLive(key, reduceRollout)
