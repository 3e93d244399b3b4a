import type { Event } from './world.js'

const most = 90
const quiet = ['readiness', 'observe', 'query', 'acknowledge']

/** What happened, for people: without what happens all the time, repetitions counted, the middle of a long one left out. */
export function trace(events: readonly Event[]): string {
  const lines: { text: string; times: number }[] = []
  for (const { at, who, what, error } of events) {
    if (error === undefined && quiet.includes(what)) continue
    const text = `${(at / 1000).toFixed(3).padStart(9)} s  ${who.padEnd(5)} ${what}${error ? `: ${error}` : ''}`
    const last = lines.at(-1)
    if (last?.text === text) last.times++
    else lines.push({ text, times: 1 })
  }
  const texts = lines.map(({ text, times }) => (times > 1 ? `${text} (${times} times)` : text))
  const middle = texts.length - most
  if (middle > 0) texts.splice(most / 2, middle, `          ... ${middle} lines ...`)
  return texts.join('\n')
}
