const unitSeconds = { s: 1, m: 60, h: 3600, d: 86_400, y: 31_536_000 }
type Unit = keyof typeof unitSeconds

/** Up to which age it is shown how: in one unit, or with the rest in a second one. As kubectl shows it. */
const scales: readonly { below: number; unit: Unit; rest?: Unit }[] = [
  { below: 120, unit: 's' },
  { below: 600, unit: 'm', rest: 's' },
  { below: 3 * 3600, unit: 'm' },
  { below: 8 * 3600, unit: 'h', rest: 'm' },
  { below: 48 * 3600, unit: 'h' },
  { below: 8 * 86_400, unit: 'd', rest: 'h' },
  { below: 730 * 86_400, unit: 'd' },
  { below: 8 * 31_536_000, unit: 'y', rest: 'd' },
  { below: Infinity, unit: 'y' },
]

/** How long ago a moment was, e.g. `5m30s`; `<unknown>` for none. */
export function age(timestamp: unknown, now: number): string {
  const at = typeof timestamp === 'string' ? Date.parse(timestamp) : Number.NaN
  if (Number.isNaN(at)) return '<unknown>'
  const seconds = Math.max(0, Math.floor((now - at) / 1000))
  const { unit, rest } = scales.find(({ below }) => seconds < below) ?? { unit: 'y' as Unit }
  const whole = Math.floor(seconds / unitSeconds[unit])
  const remainder = rest ? Math.floor((seconds % unitSeconds[unit]) / unitSeconds[rest]) : 0
  return `${whole}${unit}${remainder === 0 ? '' : `${remainder}${rest}`}`
}
