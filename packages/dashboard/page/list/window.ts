/** Rows beyond what is seen, so that a fast scroll finds something there. */
const spare = 8

export interface View {
  /** How far the list's top is above the top of what is seen; negative: below. Pixels. */
  readonly above: number
  /** How much is seen, pixels. */
  readonly height: number
  readonly rowHeight: number
  readonly count: number
}

/** The rows to draw, first included, last not: what is seen and some more. */
export function windowOf({ above, height, rowHeight, count }: View): { first: number; last: number } {
  const within = (index: number) => Math.min(Math.max(index, 0), count)
  return {
    first: within(Math.floor(above / rowHeight) - spare),
    last: within(Math.ceil((above + height) / rowHeight) + spare),
  }
}

const jumps: Readonly<Record<string, (at: number, page: number, last: number) => number>> = {
  ArrowDown: at => at + 1,
  j: at => at + 1,
  ArrowUp: at => at - 1,
  k: at => at - 1,
  PageDown: (at, page) => at + page,
  PageUp: (at, page) => at - page,
  Home: () => 0,
  End: (_at, _page, last) => last,
}

/** Where a key leads from a row, or undefined when it is none of these keys. */
export function rowAfter(
  key: string,
  at: number,
  { count, page }: { count: number; page: number },
): number | undefined {
  const to = jumps[key]?.(at, page, count - 1)
  return to === undefined || count === 0 ? undefined : Math.min(Math.max(to, 0), count - 1)
}
