import { type PatchOperation, patchInPlace } from '../../../support/json-patch.js'
import { intern, textOf } from '../intern.js'
import { command, type Place, type Stored, us, written } from './objects.js'

/** What a process asks of the API server. */
export type Request =
  | { readonly verb: 'get'; readonly on: Place }
  | {
      readonly verb: 'patch'
      readonly on: Place
      readonly status: boolean
      readonly operations: readonly PatchOperation[]
      /** What the process calls it, e.g. `shift 50`. */
      readonly what: string
    }

/** What comes of it: the object as it is then (0: gone), and the answer. */
export interface Outcome {
  readonly object: number
  readonly answer: Answer
}

/** An object, or the code of an error of the transport. */
export type Answer = { readonly object: number } | { readonly code: string; readonly status?: number }

export const stored = (id: number): Stored => JSON.parse(textOf(id)) as Stored
export const store = (object: Stored): number => intern(JSON.stringify(object))

/** Serves one request on the object that it is about. */
export function serve(id: number, request: Request): Outcome {
  const refuse = (code: string, status: number) => ({ object: id, answer: { code, status } })
  if (id === 0) return refuse('KUBE_NOT_FOUND', 404)
  if (request.verb === 'get') return { object: id, answer: { object: id } }
  const before = stored(id)
  const after = stored(id)
  if (!patchInPlace(after, request.operations)) return refuse('KUBE_INVALID', 422)
  if (after.metadata.resourceVersion !== before.metadata.resourceVersion) return refuse('KUBE_CONFLICT', 409)
  // A subresource takes its own part of what it is sent, and the resource the rest.
  const kept = request.status ? withStatus(before, after) : withStatus(after, before)
  if (JSON.stringify(kept) === JSON.stringify(before)) return { object: id, answer: { object: id } }
  const object = store(written(before, kept, us))
  const { deletionTimestamp, finalizers = [] } = kept.metadata
  return { object: deletionTimestamp !== undefined && finalizers.length === 0 ? 0 : object, answer: { object } }
}

const withStatus = (object: Stored, { status }: Stored): Stored => {
  const { status: _, ...rest } = object
  return status === undefined ? rest : { ...rest, status }
}

/** What a person does to an object; undefined when there is nothing to do. */
export function edited(id: number, change: (object: Stored) => void, manager: string): number {
  const after = stored(id)
  change(after)
  return store(written(stored(id), after, manager))
}

/** A person deletes the BirdWatch. */
export function deleted(id: number, manager: string): number {
  if ((stored(id).metadata.finalizers ?? []).length === 0) return 0
  return edited(id, ({ metadata }) => (metadata.deletionTimestamp = '2026-01-02T00:00:00Z'), manager)
}

/** A person gives a command. */
export const commanded = (id: number, name: string, manager: string): number =>
  edited(id, ({ metadata }) => (metadata.annotations = { ...metadata.annotations, [command]: name }), manager)
