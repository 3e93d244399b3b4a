import { isDeepStrictEqual } from 'node:util'
import { dig, isObject } from '../../json.js'
import type { Cause } from '../errors.js'
import type { Draft, KubeObject } from '../object.js'
import { anything, type Schema } from '../schema/schema.js'
import { ageColumn, column, nameColumn } from './columns.js'
import { metadataSchema, objectSchema } from './metadata.js'
import { conditionsSchema, podSpecSchema } from './pod-schema.js'
import { type Resource, resource } from './resource.js'

const count: Schema = { type: 'integer', minimum: 0 }

const spec: Schema = {
  ...anything,
  required: ['selector', 'template'],
  properties: {
    replicas: { ...count, default: 1 },
    progressDeadlineSeconds: { ...count, default: 600 },
    revisionHistoryLimit: { ...count, default: 10 },
    paused: { type: 'boolean' },
    selector: { ...anything, 'x-kubernetes-map-type': 'atomic' },
    template: { ...anything, properties: { metadata: metadataSchema, spec: podSpecSchema }, required: ['spec'] },
  },
}

const status: Schema = { ...anything, properties: { conditions: conditionsSchema } }

/** The labels by which a Deployment knows its pods; `matchExpressions` are not served, and refused. */
export const selectorOf = (object: Draft): Readonly<Record<string, string>> =>
  (dig(object, 'spec', 'selector', 'matchLabels') ?? {}) as Record<string, string>

const podLabelsOf = (object: Draft): unknown => dig(object, 'spec', 'template', 'metadata', 'labels')

function check(draft: Draft, old: KubeObject | undefined): Cause[] {
  const selector = dig(draft, 'spec', 'selector')
  const labels = podLabelsOf(draft)
  const causes: Cause[] = []
  const refuse = (reason: Cause['reason'], field: string, message: string) => causes.push({ reason, message, field })
  if (isObject(selector) && 'matchExpressions' in selector)
    refuse(
      'FieldValueForbidden',
      'spec.selector.matchExpressions',
      'Forbidden: the embedded API knows matchLabels only',
    )
  const wanted = Object.entries(selectorOf(draft))
  if (wanted.length === 0)
    refuse('FieldValueInvalid', 'spec.selector', 'Invalid value: {}: empty selector is invalid for deployment')
  if (!isObject(labels) || wanted.some(([key, value]) => labels[key] !== value)) {
    const shown = JSON.stringify(labels ?? null)
    const message = `Invalid value: ${shown}: \`selector\` does not match template \`labels\``
    refuse('FieldValueInvalid', 'spec.template.metadata.labels', message)
  }
  if (old && !isDeepStrictEqual(selector, dig(old, 'spec', 'selector')))
    refuse('FieldValueInvalid', 'spec.selector', `Invalid value: ${JSON.stringify(selector)}: field is immutable`)
  return causes
}

const number = (object: KubeObject, ...path: string[]): number => Number(dig(object, ...path) ?? 0)

export const deployments: Resource = resource({
  group: 'apps',
  versions: ['v1'],
  kind: 'Deployment',
  plural: 'deployments',
  shortNames: ['deploy'],
  categories: ['all'],
  counted: true,
  subresources: ['status', 'scale'],
  schema: objectSchema({ spec, status }, ['spec']),
  check,
  columns: [
    nameColumn,
    column('Ready', d => `${number(d, 'status', 'readyReplicas')}/${number(d, 'spec', 'replicas')}`),
    column('Up-to-date', d => number(d, 'status', 'updatedReplicas'), 'integer'),
    column('Available', d => number(d, 'status', 'availableReplicas'), 'integer'),
    ageColumn,
  ],
})
