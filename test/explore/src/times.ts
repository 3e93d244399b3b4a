/**
 * Times in what is stored and sent are kept relative to the present, so that states which differ only in when they are
 * reached are one. What is long past is all alike: no rule of the product looks further back than a minute.
 */
const longPastMs = 70_000
/** Where the clock of a process starts, epoch milliseconds; the search itself knows no absolute time. */
export const epoch = 1_700_000_000_000
const absolute = /\b1[67]\d{11}\b/g
const relativeTime = /"@(-?\d+)"/g

const clamp = (ms: number) => Math.max(-longPastMs, ms)

/** A text of JSON in which every epoch time is told relative to `now`. */
export const relativeTo = (now: number, json: string): string =>
  json.replace(absolute, time => `"@${clamp(Number(time) - now)}"`)

/** The same text as a process reads it whose clock shows `now`. */
export const absoluteAt = (now: number, json: string): string =>
  json.replace(relativeTime, (_, ms: string) => String(now + Number(ms)))

/** The same text `ms` later. */
export const later = (ms: number, json: string): string =>
  ms === 0 ? json : json.replace(relativeTime, (_, time: string) => `"@${clamp(Number(time) - ms)}"`)
