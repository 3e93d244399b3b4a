import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** As strict as this repository is, and as an author's editor would be told by `// @ts-check` and `"strict": true`. */
const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts', 'lib.dom.asynciterable.d.ts'],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  customConditions: ['@birdwatch/source'],
  types: ['node'],
  typeRoots: [join(root, 'node_modules/@types')],
  strict: true,
  noEmit: true,
  allowJs: true,
  checkJs: true,
  skipLibCheck: true,
}

/**
 * Type-checks files that exist only in memory, as if they stood in this repository at their paths (relative to its root),
 * so that they import what is importable there. Resolves with the errors of each file, by its path.
 */
export function compile(files: Readonly<Record<string, string>>): Record<string, string[]> {
  const texts = new Map(Object.entries(files).map(([path, text]) => [resolve(root, path), text]))
  const folders = new Set([...texts.keys()].map(dirname))
  const host = ts.createCompilerHost(options)
  const real = { ...host }
  host.fileExists = path => texts.has(path) || existsSync(path)
  host.readFile = path => texts.get(path) ?? readFileSync(path, 'utf8')
  host.directoryExists = path => folders.has(path) || (real.directoryExists?.(path) ?? false)
  host.getSourceFile = (path, language) => {
    const text = texts.get(path)
    return text === undefined ? real.getSourceFile(path, language) : ts.createSourceFile(path, text, language)
  }
  const program = ts.createProgram([...texts.keys()], options, host)
  const errorsOf = (path: string) => {
    const file = program.getSourceFile(path)
    const found = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)]
    return found.map(({ messageText, start = 0 }) => {
      const line = file?.getLineAndCharacterOfPosition(start).line ?? 0
      return `line ${line + 1}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`
    })
  }
  return Object.fromEntries(Object.keys(files).map(path => [path, errorsOf(resolve(root, path))]))
}
