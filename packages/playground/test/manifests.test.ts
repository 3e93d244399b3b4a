import { readdirSync, readFileSync } from 'node:fs'
import { specSchema } from '@birdwatch/controller'
import { parser } from '@prometheus-io/lezer-promql'
import { describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { ApiMachine, LocalApi } from '../src/index.js'
import { birdWatchCrd } from './birdwatch-crd.js'

interface Manifest {
  readonly kind?: string
  readonly metadata?: { readonly name?: string }
  readonly spec?: Spec
}
interface Measured {
  readonly metric?: string
  readonly baseline_metric?: string
}
interface Spec extends Measured {
  readonly metrics?: readonly Measured[]
  readonly traffic?: Measured
}

const root = new URL('../../../', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, root), 'utf8')
const list = (directory: string, ending: string) =>
  readdirSync(new URL(directory, root))
    .filter(name => name.endsWith(ending))
    .map(name => `${directory}${name}`)

const documents = (yaml: string) => parseAllDocuments(yaml).map(document => document.toJS() as Manifest | null)
const examples = list('examples/', '.yaml')
const packages = readdirSync(new URL('packages/', root)).map(name => `packages/${name}/README.md`)
const pages = ['README.md', ...list('docs/', '.md'), ...packages.filter(readable)]

function readable(path: string): boolean {
  return readdirSync(new URL(path.replace('README.md', ''), root)).includes('README.md')
}

/** Every whole BirdWatch in a text: a fragment of one has no kind. */
const birdWatches = (yaml: string) => documents(yaml).flatMap(found => (found?.kind === 'BirdWatch' ? [found] : []))
const inPage = (page: string) =>
  [...read(page).matchAll(/^```ya?ml\n(.*?)^```/gms)].flatMap(([, block = '']) =>
    /^kind: BirdWatch$/m.test(block) ? birdWatches(block) : [],
  )

const all = [
  ...examples.flatMap(file => birdWatches(read(file)).map(manifest => [file, manifest] as const)),
  ...pages.flatMap(file => inPage(file).map(manifest => [file, manifest] as const)),
]

/** Applies as `kubectl apply --validate=strict` would, to an empty cluster with the shipped CRD. Throws when refused. */
function create(manifest: Manifest): unknown {
  const api = new LocalApi(new ApiMachine({ crds: [birdWatchCrd() as object] }), 'test')
  api.create('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } })
  return api.create('/apis/otomato.link/v1alpha1/namespaces/shop/birdwatches?fieldValidation=Strict', manifest)
}

const queriesOf = ({ metrics = [], traffic, ...spec }: Spec): string[] =>
  [spec, ...metrics, ...(traffic ? [traffic] : [])]
    .flatMap(({ metric, baseline_metric }) => [metric, baseline_metric])
    .filter(query => query !== undefined)

function errorsIn(query: string): number {
  let errors = 0
  parser.parse(query).iterate({
    enter: node => {
      if (node.type.isError) errors++
    },
  })
  return errors
}

describe('Every BirdWatch in the examples and in the documentation', () => {
  it.each(all)('is taken by the API server: %s', (_, manifest) => {
    expect(create(manifest)).toMatchObject({ kind: 'BirdWatch', spec: manifest.spec })
  })

  it.each(all)('can be used by the controller: %s', (_, { spec }) => {
    expect(specSchema.safeParse(spec)).toMatchObject({ success: true })
  })

  it.each(all)('asks in PromQL: %s', (_, { spec = {} }) => {
    expect(queriesOf(spec).map(query => [query, errorsIn(query)])).toEqual(queriesOf(spec).map(query => [query, 0]))
  })
})

describe('The examples', () => {
  it.each(examples)('%s explains itself', file => {
    expect(file === 'examples/aleph.yaml' || read(file).startsWith('# ')).toBe(true)
  })

  it('are listed in the map of the examples', () => {
    const map = read('examples/README.md')
    expect(examples.filter(file => !map.includes(`(${file.replace('examples/', '')})`))).toEqual([])
  })
})

describe('A BirdWatch that is wrong', () => {
  const [[, good]] = all as [(typeof all)[number], ...typeof all]

  it('would be noticed here: a field that does not exist', () => {
    expect(() => create({ ...good, spec: { ...good.spec, trafic_limit: 5 } as Spec })).toThrow('trafic_limit')
  })

  it('would be noticed here: a query that is not PromQL', () => {
    expect(errorsIn('sum(rate(errors[1m])')).toBeGreaterThan(0)
  })
})
