import { z } from 'zod'
import { configurationSchema } from '../config/schema.js'
import { crd } from '../resource/crd.js'
import { apiVersion, claimAnnotation, commandAnnotation, finalizer, kind } from '../resource/names.js'
import { code, page, table } from './markdown.js'
import { fields, type JsonSchema, rulesOf, shownFields } from './schema.js'

/** Every field of the resource and of the configuration. */
export function referencePage(): string {
  const { spec, status } = resource()
  const configuration = z.toJSONSchema(configurationSchema, {
    io: 'input',
    override({ jsonSchema }) {
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum
    },
  }) as JsonSchema
  return page(
    'Reference',
    'packages/controller/src/resource and packages/controller/src/config',
    '- [The resource](#the-resource): [spec](#spec), [status](#status), [commands](#commands)\n- [The configuration](#the-configuration) of the controller\n- Elsewhere: [metrics](metrics.md), [messages and reasons](messages.md), [operations](operations.md)',
    `## The resource\n\n${code(kind)} of ${code(apiVersion)}, namespaced, short name ${code('bw')}. ${kubectl}`,
    `### spec\n\n${spec.description}\n\n${fields(spec)}`,
    `Between the fields these rules hold:\n\n${rulesOf(spec)}\n${rulesOf(spec.properties?.subsets ?? {})}`,
    `### status\n\n${status.description}\n\n${shownFields(status)}`,
    `### Commands\n\n${commandsText}`,
    table(['command', 'where', 'what it does'], commandRows),
    `## The configuration\n\n${configurationText}`,
    fields(configuration),
    `### The environment\n\n${environmentText}`,
  )
}

function resource(): { spec: JsonSchema; status: JsonSchema } {
  const { spec } = crd() as { spec: { versions: [{ schema: { openAPIV3Schema: JsonSchema } }] } }
  const { properties } = spec.versions[0].schema.openAPIV3Schema
  return properties as unknown as { spec: JsonSchema; status: JsonSchema }
}

const kubectl = `The same texts are in the cluster: ${code('kubectl explain bw.spec')}. The finalizer ${code(finalizer)} is there only while a rollout is in progress.`

const commandsText = `A command is the annotation ${code(commandAnnotation)}; it is taken away when it was carried out or refused, and ${code('status.last_command')} says which, and why. ${code(claimAnnotation)} may name the person who asks: it is shown as a claim.

\`\`\`sh
kubectl annotate bw aleph ${commandAnnotation}=promote
\`\`\``

const commandRows = [
  [
    '`pause`',
    'in progress, and before',
    'Stops moving weights. Checks go on, and a sick canary is still rolled back or frozen.',
  ],
  [
    '`resume`',
    'Paused, Frozen',
    'Goes on from the present weight, one full interval later. Weights that somebody else wrote are adopted.',
  ],
  [
    '`promote`',
    'Baselining to Frozen',
    'Makes the canary production now. Refused while it has fewer pods available than production.',
  ],
  ['`force-promote`', 'as `promote`', 'The same, however few pods the canary has.'],
  ['`abort`', 'in progress, and before', 'Rolls back: all traffic to production.'],
  ['`retry`', 'RolledBack', 'Rolls the same version out once more.'],
  ['`undo`', 'Promoted', 'Back to the version that was production before, while its pods run.'],
]

const configurationText =
  'A YAML file that the controller is started with (`--config`); the chart makes it from its values. Every key has a default, so an empty file is a good one. An unknown key is refused by its path, with the nearest one that is known.'

const environmentText = table(
  ['variable', 'what it fills in where the file leaves it out'],
  [
    ['`PROMETHEUS_URL`', "`url` of providers of type `prometheus`; default: where Istio's add-on puts Prometheus"],
    ['`SLACK_API_TOKEN`', '`token` of notifiers of type `slack`; where no notifier is configured, it makes one'],
    ['`SLACK_CHANNEL`', '`channel` of notifiers of type `slack`'],
  ],
)
