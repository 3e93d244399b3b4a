import { badRequest, type Cause, invalid } from '../errors.js'
import type { Draft, KubeObject } from '../object.js'
import type { Resource } from '../resources/resource.js'
import { withDefaults } from '../schema/defaults.js'
import { prune } from '../schema/prune.js'
import { brokenRules } from '../schema/rules.js'
import { validate } from '../schema/validate.js'
import { metadataProblems } from './metadata.js'
import type { WriteOptions } from './options.js'

export interface Admitted {
  readonly draft: Draft
  /** What the writer should know although the write succeeds. */
  readonly warnings: readonly string[]
}

/** Prunes, completes and checks an object; throws `Invalid` with every cause. */
export function admit(
  resource: Resource,
  draft: Draft,
  old: KubeObject | undefined,
  { fieldValidation }: WriteOptions,
): Admitted {
  const { value, unknown } = prune(resource.schema, draft)
  const warnings = unknown.map(field => `unknown field "${field}"`)
  if (fieldValidation === 'Strict' && warnings.length > 0) {
    const { kind, versions } = resource
    throw badRequest(
      `${kind} in version "${versions[0]}" cannot be handled as a ${kind}: strict decoding error: ${warnings.join(', ')}`,
    )
  }
  const completed = resource.complete(withDefaults(resource.schema, value))
  const causes = problemsOf(resource, completed, old)
  if (causes.length > 0) throw invalid(resource, completed.metadata.name ?? '', causes)
  return { draft: completed, warnings: fieldValidation === 'Warn' ? warnings : [] }
}

/** What rules may rely on: with one of these wrong they are not looked at. */
const blocking: readonly Cause['reason'][] = [
  'FieldValueRequired',
  'FieldValueTypeInvalid',
  'FieldValueNotSupported',
  'FieldValueTooLong',
  'FieldValueTooMany',
]

function problemsOf(resource: Resource, draft: Draft, old: KubeObject | undefined): Cause[] {
  const basic = [...metadataProblems(draft, old), ...validate(resource.schema, draft)]
  if (basic.some(({ reason }) => blocking.includes(reason))) return basic
  const broken = resource.rules ? brokenRules(resource.rules, draft, old) : []
  return [...basic, ...broken, ...resource.check(draft, old)]
}
