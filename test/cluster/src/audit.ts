import { randomUUID } from 'node:crypto'
import { open } from 'node:fs/promises'
import type { Api } from './api/client.js'
import { waitFor } from './wait.js'

/** One request as the API server saw it. */
export interface AuditEntry {
  /** e.g. `system:serviceaccount:birdwatch:controller` */
  user: string
  userAgent: string
  /** `get`, `list`, `watch`, `create`, `update`, `patch`, `delete`, `deletecollection` */
  verb: string
  /** `` for the core group. */
  group: string
  /** Plural, e.g. `virtualservices`. */
  resource: string
  subresource: string
  namespace: string
  name: string
  /** HTTP status; a watch is listed when it begins. */
  code: number
  /** When it was received. */
  at: Date
}

/** Entries match when every given field does; an array means one of. */
export type AuditFilter = Partial<
  Record<'user' | 'verb' | 'group' | 'resource' | 'subresource' | 'namespace' | 'name', string | string[]>
>

/** A point in the log. */
export type AuditMark = number & { readonly mark: unique symbol }

interface Line {
  stage: string
  verb: string
  user: { username: string }
  userAgent?: string
  objectRef?: Record<'apiGroup' | 'resource' | 'subresource' | 'namespace' | 'name', string | undefined>
  responseStatus?: { code?: number }
  requestReceivedTimestamp: string
}

/** The audit log of the API server: the authority on who asked for what. */
export class AuditLog {
  constructor(
    readonly path: string,
    readonly api: Api,
  ) {}

  /** A mark after everything that has been answered until now. */
  async mark(): Promise<AuditMark> {
    return (await this.#readFrom(0 as AuditMark)).end
  }

  /** Every request that was answered since the mark, in the order of the answers. */
  async since(mark: AuditMark, filter: AuditFilter = {}): Promise<AuditEntry[]> {
    const { text } = await this.#readFrom(mark)
    return text
      .split('\n')
      .filter(Boolean)
      .map(line => JSON.parse(line) as Line)
      .filter(({ stage, verb }) => stage === (verb === 'watch' ? 'ResponseStarted' : 'ResponseComplete'))
      .map(entryOf)
      .filter(entry => !entry.name.startsWith(fencePrefix) && matches(entry, filter))
  }

  /** A line is written after its answer was sent, so this first sees a later request of its own arrive in the log. */
  async #readFrom(start: AuditMark): Promise<{ text: string; end: AuditMark }> {
    const name = `${fencePrefix}${randomUUID()}`
    await this.api.find({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name })
    return waitFor('the audit log', async () => {
      const text = await readFrom(this.path, start)
      const fence = text.lastIndexOf(name)
      const end = fence < 0 ? 0 : text.indexOf('\n', fence) + 1
      return end > 0 && { text: text.slice(0, end), end: (start + Buffer.byteLength(text.slice(0, end))) as AuditMark }
    })
  }
}

const fencePrefix = 'audit-fence-'

async function readFrom(path: string, start: number): Promise<string> {
  const file = await open(path)
  try {
    const { size } = await file.stat()
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size - start), 0, size - start, start)
    return buffer.toString('utf8', 0, bytesRead)
  } finally {
    await file.close()
  }
}

function entryOf({ user, userAgent, verb, objectRef, responseStatus, requestReceivedTimestamp }: Line): AuditEntry {
  return {
    user: user.username,
    userAgent: userAgent ?? '',
    verb,
    group: objectRef?.apiGroup ?? '',
    resource: objectRef?.resource ?? '',
    subresource: objectRef?.subresource ?? '',
    namespace: objectRef?.namespace ?? '',
    name: objectRef?.name ?? '',
    code: responseStatus?.code ?? 0,
    at: new Date(requestReceivedTimestamp),
  }
}

function matches(entry: AuditEntry, filter: AuditFilter): boolean {
  return (Object.keys(filter) as (keyof AuditFilter)[]).every(field => {
    const wanted = filter[field]
    return wanted === undefined || [wanted].flat().includes(entry[field])
  })
}
