import { type ChildProcess, fork } from 'node:child_process'
import { Tally, type WorldResult } from './tally.js'

export interface SearchOptions {
  /** So many rollouts at least; each world holds one to four. */
  readonly rollouts: number
  readonly firstSeed: number
  /** Processes that live through worlds at the same time. */
  readonly workers: number
  /** No world begins later than this. */
  readonly minutes: number
  /** Aborted: no further world begins. */
  readonly signal: AbortSignal
  readonly print: (line: string) => void
  /** What lives through the worlds; it takes seeds as messages, and answers each with a `WorldResult`. */
  readonly worker?: URL
  /** A world that takes longer than this hangs, milliseconds (default 600 000). */
  readonly longestWorldMs?: number
}

/** What lives for one world dies young: with more room for it, less of it is copied. */
const node = ['--max-semi-space-size=64']
const progressMs = 15_000
/** No world is lived through when so many in a row are lost: the next one would be, too. */
const mostLostInARow = 10

/**
 * Lives through the stories of one seed after the other, prints those that break a law, and goes on. It gives up, and says
 * so, when ten worlds in a row have ended their process or never came back.
 */
export async function search(options: SearchOptions): Promise<Tally> {
  const { rollouts, firstSeed, workers, minutes, signal, print, longestWorldMs = 600_000 } = options
  const { worker: file = new URL('./worker.js', import.meta.url) } = options
  const start = () => fork(file, { execArgv: node })
  const tally = new Tally()
  const began = performance.now()
  const cpuMs = new Map<number, number>()
  const seconds = () => (performance.now() - began) / 1000
  let seed = firstSeed
  let lostInARow = 0
  const givesUp = () => lostInARow >= mostLostInARow
  const goesOn = () => tally.rollouts < rollouts && !signal.aborted && !givesUp() && seconds() < minutes * 60

  const work = async (lane: number) => {
    let worker = start()
    for (let lives = 0; goesOn(); ) {
      const present = seed++
      const result = await ask(worker, present, longestWorldMs)
      if (typeof result === 'string') {
        print(`${result}; replay: ${replayOf(present)}`)
        tally.broken.push(present)
        worker.kill('SIGKILL')
        worker = start()
        lives++
        lostInARow++
        continue
      }
      if (!givesUp()) lostInARow = 0
      cpuMs.set(lane + workers * lives, result.cpuMs)
      tally.add(result)
      if (result.violations.length > 0)
        print(`seed ${result.seed} broke: ${result.violations.join('; ')}\n  replay: ${replayOf(result.seed)}`)
    }
    if (worker.connected) worker.disconnect()
  }

  const progress = setInterval(() => print(progressOf(tally, rollouts, seconds())), progressMs)
  try {
    await Promise.all(Array.from({ length: workers }, (_, lane) => work(lane)))
  } finally {
    clearInterval(progress)
  }
  const cpuSeconds = [...cpuMs.values()].reduce((sum, ms) => sum + ms, 0) / 1000
  print(`\nseeds ${firstSeed} to ${seed - 1}\n${tally.table(seconds(), cpuSeconds)}`)
  if (givesUp()) print(`given up: ${lostInARow} worlds in a row were lost. A replay of one of them shows why.`)
  return tally
}

const replayOf = (seed: number) => `npm run simulate:faults -- --only ${seed}`

function progressOf({ rollouts, writes, broken }: Tally, wanted: number, seconds: number): string {
  const each = rollouts / seconds
  const left = each === 0 ? '?' : ((wanted - rollouts) / each / 60).toFixed(1)
  return `${rollouts} of ${wanted} rollouts, ${writes} writes judged, ${broken.length} seeds broke a law; ${each.toFixed(1)} rollouts/s, ${left} min left`
}

/** What a world came to; a sentence when its process died or never came back. */
function ask(worker: ChildProcess, seed: number, longestMs: number): Promise<WorldResult | string> {
  return new Promise(resolve => {
    const done = (result: WorldResult | string) => {
      clearTimeout(late)
      worker.off('message', answered).off('exit', died)
      resolve(result)
    }
    const answered = (result: unknown) => done(result as WorldResult)
    const died = (code: number | null) => done(`seed ${seed} ended its process (${code})`)
    const late = setTimeout(() => done(`seed ${seed} took more than ${longestMs / 1000} s`), longestMs)
    worker.once('message', answered).once('exit', died)
    worker.send(seed, error => error && done(`seed ${seed} found its process ended: ${error.message}`))
  })
}
