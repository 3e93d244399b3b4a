import { rejection } from './assert.js'
import type { Patience } from './patience.js'

/** A signal that was aborted before it was handed over. */
export const aborted = (): AbortSignal => AbortSignal.abort(new Error('aborted by the conformance suite'))

/** A signal that never aborts. */
export const lasting = (): AbortSignal => new AbortController().signal

/** When an abort finds a call: just begun, after one turn of the event loop, and well under way. */
const moments = [undefined, 0, 50]

/** Proves that a call which is never answered rejects when it is aborted, whenever that is. */
export async function assertEndsOnAbort(
  what: string,
  call: (signal: AbortSignal) => Promise<unknown>,
  within: Patience,
): Promise<void> {
  for (const moment of moments) {
    const controller = new AbortController()
    const outcome = rejection(what, call(controller.signal))
    if (moment !== undefined) await new Promise(resolve => setTimeout(resolve, moment))
    controller.abort(new Error('aborted by the conformance suite'))
    await within(`${what}, aborted,`, outcome)
  }
}
