import type { Clock } from '@birdwatch/core'
import { type View, viewFor } from './answer/view.js'
import { decodeBody } from './body.js'
import { apiError, badRequest, notFound } from './errors.js'
import { isApply, patchKind } from './patch/patch.js'
import { type ApiAnswer, type ApiRequest, json } from './request.js'
import { listPage } from './store/page.js'
import type { Store } from './store/store.js'
import { prepareWatch } from './store/watch.js'
import { keyOf, type ObjectTarget, type Target } from './target.js'
import { shown } from './write/draft.js'
import { applyForce, deleteOptions, writeOptions } from './write/options.js'
import { Remover } from './write/remover.js'
import { scaleOf } from './write/scale.js'
import type { Surroundings } from './write/surroundings.js'
import { Writer, type Written } from './write/writer.js'

/** A request, taken apart. */
export interface Call {
  readonly query: URLSearchParams
  readonly request: ApiRequest
}

/** What can be done with collections and objects, by HTTP method. */
export class Endpoints {
  readonly #store: Store
  readonly #clock: Clock
  readonly #remover: Remover
  readonly #writer: Writer

  constructor(around: Surroundings, clock: Clock) {
    this.#store = around.store
    this.#clock = clock
    this.#remover = new Remover(around)
    this.#writer = new Writer(around, this.#remover)
  }

  answer(call: Call, target: Target): ApiAnswer {
    const { method } = call.request
    if (method === 'GET' && isWatch(call)) return this.#watch(call, target)
    if (isObject(target)) {
      if (method === 'GET') return this.#get(call, target)
      if (method === 'PUT') return this.#put(call, target)
      if (method === 'PATCH') return this.#patch(call, target)
      if (method === 'DELETE' && !target.subresource) return this.#delete(call, target)
    } else {
      if (method === 'GET') return json(this.#view(call, target).list(listPage(this.#store, target, call.query)))
      if (method === 'POST') return this.#post(call, target)
      if (method === 'DELETE') return this.#deleteAll(call, target)
    }
    throw apiError('MethodNotAllowed', 'the server does not allow this method on the requested resource')
  }

  #get(call: Call, target: ObjectTarget): ApiAnswer {
    const { resource, namespace, name, subresource } = target
    const stored = this.#store.get(resource.storage, keyOf(namespace, name))
    if (!stored) throw notFound(resource, name)
    return json(subresource === 'scale' ? scaleOf(stored) : this.#view(call, target).one(shown(target, stored)))
  }

  #post(call: Call, target: Target): ApiAnswer {
    if (target.resource.namespaced && target.namespace === undefined)
      throw badRequest('an object is created in a namespace: POST to …/namespaces/<namespace>/…')
    return this.#written(call, target, this.#writer.create(target, decodeBody(call.request), optionsOf(call)))
  }

  #put(call: Call, target: ObjectTarget): ApiAnswer {
    return this.#written(call, target, this.#writer.replace(target, decodeBody(call.request), optionsOf(call)))
  }

  #patch(call: Call, target: ObjectTarget): ApiAnswer {
    const { request, query } = call
    const force = applyForce(query, isApply(request))
    const options = writeOptions(query, request.headers?.['user-agent'], 'PatchOptions')
    if (isApply(request))
      return this.#written(call, target, this.#writer.apply(target, decodeBody(request), options, force))
    const change = patchKind(request, target.resource)(target.resource, decodeBody(request))
    return this.#written(call, target, this.#writer.patch(target, options, change))
  }

  #delete(call: Call, target: ObjectTarget): ApiAnswer {
    const options = deleteOptions(call.query, decodeBody(call.request))
    return json(this.#remover.delete(target, options, optionsOf(call).dryRun))
  }

  #deleteAll(call: Call, target: Target): ApiAnswer {
    const options = deleteOptions(call.query, decodeBody(call.request))
    const page = listPage(this.#store, target, call.query)
    for (const { metadata } of page.items)
      this.#remover.delete(
        { ...target, namespace: metadata.namespace, name: metadata.name },
        options,
        optionsOf(call).dryRun,
      )
    return json(this.#view(call, target).list(page))
  }

  #watch(call: Call, target: Target): ApiAnswer {
    const render = this.#view(call, target).events()
    const watch = prepareWatch(this.#store, target, call.query, this.#clock, render)
    return { status: 200, headers: { 'content-type': 'application/json' }, watch }
  }

  #written(call: Call, target: Target, { object, created, warnings }: Written): ApiAnswer {
    const body = object.kind === 'Scale' ? object : this.#view(call, target).one(object)
    const headers = warnings.length > 0 ? { warning: warnings.map(warning).join(', ') } : undefined
    return json(body, created ? 201 : 200, headers)
  }

  #view({ request, query }: Call, target: Target): View {
    return viewFor(request.headers?.accept, target, query, () => this.#clock.now())
  }
}

const isObject = (target: Target): target is ObjectTarget => target.name !== undefined

const isWatch = ({ query }: Call): boolean => ['true', '1'].includes(query.get('watch') ?? '')

const optionsOf = ({ query, request }: Call) => writeOptions(query, request.headers?.['user-agent'], 'CreateOptions')

const warning = (text: string): string => `299 - ${JSON.stringify(text)}`
