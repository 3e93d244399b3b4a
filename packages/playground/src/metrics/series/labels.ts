/** Labels of a series; its name is the label `__name__`. */
export type Labels = Readonly<Record<string, string>>

export const nameLabel = '__name__'

/** The same text for the same labels, in whatever order they were written. A label that is empty is as good as absent. */
export const keyOf = (labels: Labels): string =>
  JSON.stringify(
    Object.entries(labels)
      .filter(([, value]) => value !== '')
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )

export const withoutLabels = (labels: Labels, names: readonly string[]): Labels =>
  Object.fromEntries(Object.entries(labels).filter(([name]) => !names.includes(name)))

export const onlyLabels = (labels: Labels, names: readonly string[]): Labels =>
  Object.fromEntries(Object.entries(labels).filter(([name]) => names.includes(name)))

export const withoutName = (labels: Labels): Labels => withoutLabels(labels, [nameLabel])
