/** A reason's code as Kubernetes writes reasons: `rolled_back` is `RolledBack`. */
export const camelCase = (code: string): string =>
  code
    .split('_')
    .map(word => `${word[0]?.toUpperCase() ?? ''}${word.slice(1)}`)
    .join('')

/** The time as it stands in a resource. */
export const isoTime = (ms: number): string => new Date(ms).toISOString()

/** A text of at most `max` characters: an error's own words can be of any length. */
export const clipped = (text: string, max: number): string => (text.length <= max ? text : `${text.slice(0, max - 1)}…`)
