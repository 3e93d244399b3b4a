const unitMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_536_000_000,
}

/** A duration such as `1h30m`, or a plain number of seconds, in milliseconds; 0 when it is neither. */
function durationMs(text: string): number {
  const trimmed = text.trim()
  if (/^\d+(\.\d+)?$/.test(trimmed)) return 1000 * Number(trimmed)
  if (!/^(\d+(ms|[smhdwy]))+$/.test(trimmed)) return 0
  return [...trimmed.matchAll(/(\d+)(ms|[smhdwy])/g)].reduce(
    (sum, [, n, unit]) => sum + Number(n) * (unitMs[unit ?? ''] ?? 0),
    0,
  )
}

/** In this order: what is not code (strings, comments, `@` modifiers), label matchers, ranges, offsets, parentheses, names and numbers. */
const token =
  /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`|#[^\n]*|@\s*(?:\w+\(\)|[-+\w.]+)|\{|\}|\[([^\]:]*)(:[^\]]*)?\]|\boffset\s+(-?)\s*([\w.]+)|[()]|[\w.:]+/gi

/**
 * How far back the ranges of a PromQL expression look, milliseconds: the longest of them, where subqueries and offsets
 * add to what they are applied to. 0 when there is none, or when what there is can not be understood.
 */
export function longestRangeMs(expression: string): number {
  // One level per open parenthesis: the longest range in it so far, and that of the operand just read.
  const outer: { longest: number; operand: number }[] = []
  let level = { longest: 0, operand: 0 }
  const operandIs = (operand: number) => {
    level = { longest: Math.max(level.longest, operand), operand }
  }
  let inMatchers = false
  for (const [text, range, step, minus, offset] of expression.matchAll(token)) {
    if (text === '{' || text === '}') inMatchers = text === '{'
    else if (inMatchers || /^["'`#@]/.test(text)) continue
    else if (range !== undefined) operandIs(durationMs(range) + (step === undefined ? 0 : level.operand))
    else if (offset !== undefined) operandIs(level.operand + (minus === '-' ? 0 : durationMs(offset)))
    else if (text === '(') {
      outer.push(level)
      level = { longest: 0, operand: 0 }
    } else if (text === ')') {
      const inner = level.longest
      level = outer.pop() ?? { longest: 0, operand: 0 }
      operandIs(inner)
    } else operandIs(0)
  }
  return level.longest
}
