import { BirdWatchError, type Notice, type Notifier } from '@birdwatch/core'
import type { ProcessTime } from '../time/process-time.js'
import type { Requests } from './requests.js'
import type { Weather } from './weather.js'

/** Where notices go. */
export class Slack {
  /** In the order in which they arrived; some more than once. */
  readonly delivered: Notice[] = []

  /** Of these, what has not arrived. */
  readonly unheard = (notices: readonly Notice[]): readonly Notice[] =>
    notices.filter(({ id }) => !this.delivered.some(notice => notice.id === id))

  constructor(
    private readonly weather: Weather,
    private readonly requests: Requests,
  ) {}

  notifier(time: ProcessTime): Notifier {
    return {
      contract: 1,
      notify: (notice, { signal }) =>
        new Promise((resolve, reject) => {
          const { weather } = this
          const sent = this.requests.sends('notify')
          if (sent.never) return
          const fault = weather.slack.now
          signal.addEventListener('abort', () => reject(signal.reason), { once: true })
          if (fault === undefined || fault === 'answer lost') this.delivered.push(notice)
          sent.tookEffect()
          if (fault === 'hangs') return
          time.after(weather.latency(), () => {
            if (fault === undefined) resolve({ handle: notice.seq })
            else if (fault === 'throttled')
              reject(new BirdWatchError('NOTIFIER_THROTTLED', 'simulated: 429', { retryAfterMs: 3000 }))
            else reject(new BirdWatchError('NOTIFIER_UNREACHABLE', 'simulated: no answer'))
          })
        }),
    }
  }
}
