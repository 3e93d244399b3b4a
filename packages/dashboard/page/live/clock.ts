import { useEffect, useState } from 'preact/hooks'

/** How far the server's clock is ahead of ours; the least that was seen since the last reset, as networks only delay. */
let ahead: number | undefined

/** The server's clock was at `now` when it sent what has just come. */
export function sawServerTime(now: number): void {
  const seen = now - Date.now()
  // A jump means that one of the clocks was set.
  ahead = ahead === undefined || seen > ahead || ahead - seen > 5000 ? seen : ahead
}

/** The server's time, epoch milliseconds: all times that are shown are by its clock. */
export const serverNow = (): number => Date.now() + (ahead ?? 0)

/** The server's time; renders anew every second. */
export function useNow(): number {
  const [, setTicks] = useState(0)
  useEffect(() => {
    const timer = setInterval(() => setTicks(ticks => ticks + 1), 1000)
    return () => clearInterval(timer)
  }, [])
  return serverNow()
}
