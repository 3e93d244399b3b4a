import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { compile } from '../../../test/support/compile.js'
import { configurationSchema } from '../src/config/schema.js'
import { specSchema } from '../src/resource/spec.js'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const read = (path: string) => readFileSync(join(root, path), 'utf8')

interface Block {
  readonly page: string
  readonly line: number
  readonly language: string
  readonly text: string
}

function blocksOf(page: string): Block[] {
  const text = read(page)
  return [...text.matchAll(/^( *)```(\w*)[^\n]*\n([\s\S]*?)^\1```/gm)].map(
    ({ index, 2: language = '', 3: code = '' }) => ({
      page,
      line: text.slice(0, index).split('\n').length + 1,
      language,
      text: code,
    }),
  )
}

const within = (folder: string) => readdirSync(join(root, folder)).map(name => join(folder, name))
const pages = ['.', 'docs', 'docs/plugins', 'examples', ...within('packages'), ...within('examples')]
  .filter(folder => statSync(join(root, folder)).isDirectory())
  .flatMap(within)
  .filter(path => path.endsWith('.md'))
const blocks = pages.flatMap(blocksOf)
const named = (language: RegExp) =>
  blocks.filter(block => language.test(block.language)).map(b => ({ where: `${b.page}:${b.line}`, ...b }))

/** What an example may leave out because its page is about something else. */
const surroundings = `import type { MetricProvider, Notifier, PolicySpec, TrafficRouter } from '@birdwatch/core'
declare global {
  const policy: PolicySpec
  const metrics: MetricProvider
  const router: TrafficRouter
  const notifier: Notifier
}
`

describe('Code in the documentation compiles', () => {
  const code = named(/^(ts|js)$/).map((block, i) => {
    // A first line such as `// index.js` names the file, for the other blocks of the page to import.
    const file = /^\/\/ (\S+\.(?:ts|js))\n/.exec(block.text)?.[1] ?? `block-${i}.${block.language}`
    // A package's README imports what the package can; the rest of the documentation, what the controller can.
    const home = /^packages\/[^/]+/.exec(block.page)?.[0] ?? 'packages/controller'
    return { ...block, path: `${home}/pages/${block.page.replaceAll(/[^a-z]+/gi, '-')}/${file}` }
  })
  const errors = compile({
    'packages/controller/pages/surroundings.d.ts': surroundings,
    // An import or export makes it a module, in which names do not meet those of other blocks.
    ...Object.fromEntries(code.map(({ path, text }) => [path, `${text}\nexport {}`])),
  })

  test.each(code)('$where', ({ path }) => {
    expect(errors[path]).toEqual([])
  })
})

describe('YAML in the documentation is accepted', () => {
  test.each(named(/^yaml$/))('$where', ({ text }) => {
    const documents = parseAllDocuments(text)
    for (const document of documents) {
      expect(document.errors).toEqual([])
      const content = document.toJS() as { kind?: string; spec?: unknown; providers?: unknown; notifiers?: unknown }
      if (content.kind === 'BirdWatch') expect(specSchema.safeParse(content.spec).error).toBeUndefined()
      if (content.kind === undefined && (content.providers ?? content.notifiers) !== undefined)
        expect(configurationSchema.safeParse(content).error).toBeUndefined()
    }
  })
})

test('JSON in the documentation is well formed', () => {
  for (const { text } of named(/^json$/)) expect(() => JSON.parse(text)).not.toThrow()
})

describe('Commands in the documentation exist', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
  const packages = within('packages').map(folder => JSON.parse(read(join(folder, 'package.json'))).name as string)

  test.each(named(/^sh$/))('$where', ({ page, text }) => {
    // The tutorial has a package of its own.
    const own = /npm pkg set/.test(read(page)) ? ['test'] : []
    const known = [...Object.keys(scripts), ...own]
    const asked = [...text.matchAll(/^npm (?:run )?(test|start|[\w:]+)/gm)].map(([, name = '']) => name)
    const builtIn = ['install', 'init', 'pkg', 'pack']
    expect(asked.filter(name => !known.includes(name) && !builtIn.includes(name))).toEqual([])
    const scoped = [...text.matchAll(/@birdwatch\/[\w-]+/g)].map(([name]) => name)
    expect(scoped.filter(name => !packages.includes(name))).toEqual([])
    const files = [...text.matchAll(/(?:^|\s)((?:examples|helm|packages|bench|test|docs)\/[\w./-]+)/g)].map(
      ([, file = '']) => file,
    )
    expect(files.filter(file => !existsSync(join(root, file)))).toEqual([])
  })
})

describe('Links in the documentation lead somewhere', () => {
  const links = pages.flatMap(page =>
    [...read(page).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)[^)]*\)/g)].map(([, target = '']) => ({
      page,
      target,
    })),
  )

  test.each(links)('$page to $target', ({ page, target }) => {
    expect(existsSync(join(root, dirname(page), target))).toBe(true)
  })
})

test('Every shipped plugin has one page, with the same headings', () => {
  const headings = (page: string) => read(page).match(/^## .*$/gm)
  const shipped = within('docs/plugins')

  expect(shipped).toHaveLength(
    within('packages/controller/src/built-in').filter(path => !path.endsWith('.test.ts')).length,
  )
  for (const page of shipped) expect(headings(page), page).toEqual(headings('docs/plugins/prometheus.md'))
})
