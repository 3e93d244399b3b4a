import type { Health } from '../../src/view/view.js'

/** Marks nearer than this to one of their kind are left out: they would only hide the line. CSS pixels. */
const apart = 7

/** Says whether a mark is far enough from the last of its kind; to be asked from left to right. */
export function spacing(): (x: number, health: Health) => boolean {
  const last: Partial<Record<Health, number>> = {}
  return (x, health) => {
    if (x - (last[health] ?? Number.NEGATIVE_INFINITY) < apart * devicePixelRatio) return false
    last[health] = x
    return true
  }
}

/** Draws a check where it was made: a disc is healthy, a cross is not, a ring can not be told. Sizes are canvas pixels. */
export function drawMark(
  context: CanvasRenderingContext2D,
  { x, y, health, colour, paper }: { x: number; y: number; health: Health; colour: string; paper: string },
): void {
  const size = 3.4 * devicePixelRatio
  context.lineWidth = 1.6 * devicePixelRatio
  context.strokeStyle = colour
  context.fillStyle = health === 'healthy' ? colour : paper
  context.beginPath()
  if (health === 'unhealthy') {
    context.lineWidth = 2.2 * devicePixelRatio
    context.moveTo(x - size, y - size)
    context.lineTo(x + size, y + size)
    context.moveTo(x + size, y - size)
    context.lineTo(x - size, y + size)
    context.stroke()
    return
  }
  context.arc(x, y, health === 'healthy' ? size * 0.85 : size, 0, 2 * Math.PI)
  context.fill()
  if (health !== 'healthy') context.stroke()
}
