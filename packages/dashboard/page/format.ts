const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
] as const

/** How long, in the largest unit that fits: `4 s`, `12 min`, `3 h`, `2 d`. Less than nothing is nothing. */
export function span(ms: number): string {
  const [unit, size] = units.find(([, size]) => ms >= size) ?? units[3]
  return `${Math.max(0, Math.floor(ms / size))} ${unit}`
}

/** How long, to the second: `0:04`, `12:30`, `3:07:00`. */
export function stopwatch(ms: number): string {
  const total = Math.max(0, Math.ceil(ms / 1000))
  const [hours, minutes, seconds] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60]
  const pad = (n: number) => String(n).padStart(2, '0')
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(seconds)}` : `${minutes}:${pad(seconds)}`
}

const clock = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hour12: false,
})
const day = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric' })

/** The time of day where the reader is, with the day when it is not today. */
export function timeOf(at: number, now: number): string {
  const time = clock.format(at)
  return new Date(at).toDateString() === new Date(now).toDateString() ? time : `${day.format(at)} ${time}`
}

/** Text in backticks is code: `['Command ', 'resume', ' to go on.']`, every second part. */
export const codeParts = (text: string): string[] => text.split('`')
