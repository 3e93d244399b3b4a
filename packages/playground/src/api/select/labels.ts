import { badRequest } from '../errors.js'

type Labels = Readonly<Record<string, string>>
export type LabelSelector = (labels: Labels | undefined) => boolean

const setBased = /^\s*([^\s,()!=]+)\s+(in|notin)\s*\(([^()]*)\)\s*(?:,|$)/
const equality = /^\s*([^\s,()!=]+)\s*(==|=|!=)\s*([^\s,()!=]*)\s*(?:,|$)/
const presence = /^\s*(!?)\s*([^\s,()!=]+)\s*(?:,|$)/

/** Compiles a label selector: `a=b`, `a!=b`, `a in (b,c)`, `a notin (b)`, `a` and `!a`, joined by commas. */
export function labelSelector(text: string): LabelSelector {
  const requirements: ((labels: Labels) => boolean)[] = []
  for (let rest = text; rest.trim() !== ''; ) {
    const [length, requirement] = parseOne(rest, text)
    requirements.push(requirement)
    rest = rest.slice(length)
  }
  return (labels = {}) => requirements.every(requirement => requirement(labels))
}

function parseOne(rest: string, whole: string): [number, (labels: Labels) => boolean] {
  const set = setBased.exec(rest)
  if (set) {
    const [matched, key = '', operator, list = ''] = set
    const values = list.split(',').map(value => value.trim())
    const isIn = (labels: Labels) => labels[key] !== undefined && values.includes(labels[key])
    return [matched.length, operator === 'in' ? isIn : labels => !isIn(labels)]
  }
  const equal = equality.exec(rest)
  if (equal) {
    const [matched, key = '', operator, value] = equal
    return [matched.length, labels => (labels[key] === value) === (operator !== '!=')]
  }
  const present = presence.exec(rest)
  if (!present) throw badRequest(`unable to parse requirement: ${whole}`)
  const [matched, not, key = ''] = present
  return [matched.length, labels => key in labels === (not === '')]
}
