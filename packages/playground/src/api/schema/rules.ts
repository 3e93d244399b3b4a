import { Environment } from '@marcbachmann/cel-js'
import { isObject } from '../../json.js'
import type { Cause } from '../errors.js'
import { elementKey } from './list-keys.js'
import { type Rule, type Schema, schemaOf } from './schema.js'

const environment = new Environment({ enableOptionalTypes: true })
  .registerVariable('self', 'dyn')
  .registerVariable('oldSelf', 'dyn')

interface CompiledRule {
  readonly rule: Rule
  /** Compares with the value that was there before: not checked where there was none. */
  readonly isTransition: boolean
  evaluate(context: object): unknown
  message(context: object): string
}

/** The rules of one place in a schema, and of the places below it. */
export interface RuleTree {
  readonly schema: Schema
  readonly rules: readonly CompiledRule[]
  readonly properties: ReadonlyMap<string, RuleTree>
  readonly elements: RuleTree | undefined
}

/** Compiles every rule of a schema; throws for an expression that can not be evaluated here. Undefined without rules. */
export function compileRules(schema: Schema, path = ''): RuleTree | undefined {
  const rules = (schema['x-kubernetes-validations'] ?? []).map(rule => compile(rule, path))
  const properties = new Map<string, RuleTree>()
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const tree = compileRules(property, `${path}.${name}`)
    if (tree) properties.set(name, tree)
  }
  const below =
    schema.items ?? (typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined)
  const elements = below && compileRules(below, `${path}[]`)
  return rules.length + properties.size === 0 && !elements ? undefined : { schema, rules, properties, elements }
}

function compile(rule: Rule, path: string): CompiledRule {
  const evaluate = expression(rule.rule, path)
  const message = rule.messageExpression === undefined ? undefined : expression(rule.messageExpression, path)
  const fallback = rule.message ?? `failed rule: ${rule.rule.trim()}`
  return {
    rule,
    isTransition: /\boldSelf\b/.test(rule.rule),
    evaluate,
    message: context => (message ? String(message(context)) : fallback),
  }
}

function expression(text: string, path: string): (context: object) => unknown {
  const { valid, error } = environment.check(text)
  if (valid) return environment.parse(text)
  const [why] = (error?.message ?? '').split('\n')
  throw new Error(`The embedded API can not evaluate the rule at ${path || 'the root'}: ${why}: ${text}`)
}

/** The rules that a value breaks. `old` is what was there before, undefined for nothing. */
export function brokenRules(tree: RuleTree, value: unknown, old: unknown, path = ''): Cause[] {
  return [
    ...tree.rules.flatMap(rule => broken(rule, tree.schema, value, old, path)),
    ...childrenOf(tree, value, old, path).flatMap(child => brokenRules(child.tree, child.value, child.old, child.path)),
  ]
}

function broken(compiled: CompiledRule, schema: Schema, value: unknown, old: unknown, path: string): Cause[] {
  const { rule, isTransition, evaluate, message } = compiled
  if (isTransition && old === undefined) return []
  const context = { self: typed(schema, value), oldSelf: old === undefined ? null : typed(schema, old) }
  const field = `${path}${rule.fieldPath ?? ''}`
  const cause = (text: string): Cause[] => [
    { reason: rule.reason ?? 'FieldValueInvalid', message: `Invalid value: ${text}`, field },
  ]
  try {
    return evaluate(context) === true ? [] : cause(message(context))
  } catch (error) {
    return cause(`the rule ${rule.rule} could not be evaluated: ${(error as Error).message.split('\n')[0]}`)
  }
}

interface Child {
  readonly tree: RuleTree
  readonly value: unknown
  readonly old: unknown
  readonly path: string
}

function childrenOf({ schema, properties, elements }: RuleTree, value: unknown, old: unknown, path: string): Child[] {
  if (Array.isArray(value)) {
    if (!elements) return []
    return value.map((element, i) => ({
      tree: elements,
      value: element,
      old: Array.isArray(old) ? counterpart(schema, element, old) : undefined,
      path: `${path}[${i}]`,
    }))
  }
  if (!isObject(value)) return []
  return Object.entries(value).flatMap(([name, member]) => {
    const tree = properties.get(name) ?? elements
    const before = isObject(old) ? old[name] : undefined
    return tree ? [{ tree, value: member, old: before, path: path === '' ? name : `${path}.${name}` }] : []
  })
}

/** The same element of the old list: only lists with keys can tell. */
function counterpart(schema: Schema, element: unknown, old: readonly unknown[]): unknown {
  const key = elementKey(schema, element)
  return key === undefined ? undefined : old.find(candidate => elementKey(schema, candidate) === key)
}

/** The value with CEL's types: JSON has one kind of number, CEL has two. */
function typed(schema: Schema | undefined, value: unknown): unknown {
  if (typeof value === 'number') return isInteger(schema, value) ? BigInt(value) : value
  if (Array.isArray(value)) return value.map(element => typed(schema?.items, element))
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, typed(schema && schemaOf(schema, name), member)]),
  )
}

const isInteger = (schema: Schema | undefined, value: number): boolean =>
  Number.isInteger(value) && (schema?.type === 'integer' || schema?.['x-kubernetes-int-or-string'] === true)
