import { Finding } from './assert.js'

/** Waits for a promise as long as the suite's patience lasts; longer is a finding. */
export type Patience = <T>(what: string, promise: Promise<T>) => Promise<T>

export const patience =
  (ms: number): Patience =>
  (what, promise) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Finding(`${what} still unanswered after ${ms} ms`, 'an answer by then')),
        ms,
      )
      promise.then(resolve, reject).finally(() => clearTimeout(timer))
    })
