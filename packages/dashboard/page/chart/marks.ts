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

interface Mark {
  /** Canvas pixels. */
  readonly x: number
  readonly y: number
  readonly health: Health
  readonly colour: string
  /** What is behind it. */
  readonly paper: string
}

/** Draws a check where it was made: a disc is healthy, a cross is not, a ring can not be told. */
export function drawMark(context: CanvasRenderingContext2D, mark: Mark): void {
  // The chart remembers what it has set of the context, and must find it as it was.
  context.save()
  context.setLineDash([])
  context.strokeStyle = mark.colour
  if (mark.health === 'unhealthy') drawCross(context, mark)
  else drawDisc(context, mark)
  context.restore()
}

function drawCross(context: CanvasRenderingContext2D, { x, y }: Mark): void {
  const arm = 3.4 * devicePixelRatio
  context.lineWidth = 2.2 * devicePixelRatio
  context.beginPath()
  context.moveTo(x - arm, y - arm)
  context.lineTo(x + arm, y + arm)
  context.moveTo(x + arm, y - arm)
  context.lineTo(x - arm, y + arm)
  context.stroke()
}

function drawDisc(context: CanvasRenderingContext2D, { x, y, health, colour, paper }: Mark): void {
  const full = health === 'healthy'
  context.lineWidth = 1.6 * devicePixelRatio
  context.fillStyle = full ? colour : paper
  context.beginPath()
  context.arc(x, y, (full ? 2.9 : 3.4) * devicePixelRatio, 0, 2 * Math.PI)
  context.fill()
  if (!full) context.stroke()
}
