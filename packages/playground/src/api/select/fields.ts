import { dig } from '../../json.js'
import { badRequest } from '../errors.js'
import type { KubeObject } from '../object.js'
import type { Resource } from '../resources/resource.js'

export type FieldSelector = (object: KubeObject) => boolean

/** Compiles a field selector: `metadata.name=x,status.phase!=Running`. Only what the resource names can be asked for. */
export function fieldSelector(text: string, { selectable }: Pick<Resource, 'selectable'>): FieldSelector {
  const known = ['metadata.name', 'metadata.namespace', ...selectable]
  const requirements = text
    .split(',')
    .filter(part => part !== '')
    .map(part => {
      const [, field = '', operator, value] = /^(.+?)(==|!=|=)(.*)$/.exec(part.trim()) ?? []
      if (operator === undefined) throw badRequest(`invalid selector: '${part}'; can't understand '${part}'`)
      if (!known.includes(field)) throw badRequest(`field label not supported: ${field}`)
      const path = field.split('.')
      return (object: KubeObject) => (String(dig(object, ...path) ?? '') === value) === (operator !== '!=')
    })
  return object => requirements.every(requirement => requirement(object))
}
