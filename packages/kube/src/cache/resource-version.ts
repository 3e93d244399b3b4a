/**
 * Which of two resourceVersions of one collection is newer: negative when `a` is older, 0 when they are equal,
 * positive when `a` is newer, undefined when that cannot be known.
 *
 * Kubernetes documents resourceVersions as comparable decimal numbers of any length since 1.35, and those of every API
 * stored in etcd have always been that. Others (an aggregated API's) are opaque.
 */
export function compareResourceVersions(a: string | undefined, b: string | undefined): number | undefined {
  if (a === b && a !== undefined) return 0
  if (!isDecimal(a) || !isDecimal(b)) return undefined
  return a.length - b.length || (a < b ? -1 : 1)
}

/** Without leading zeros, so that more digits mean a greater number. */
function isDecimal(version: string | undefined): version is string {
  return version !== undefined && /^[1-9]\d*$/.test(version)
}
