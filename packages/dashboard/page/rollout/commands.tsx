import { useState } from 'preact/hooks'
import type { Session } from '../../src/api.js'
import { commandLine, unlockLine } from '../../src/view/kubectl.js'
import type { Offer, RolloutView } from '../../src/view/view.js'
import { timeOf } from '../format.js'
import { post } from '../live/session.js'
import { announce } from '../ui/announce.js'
import { Copyable } from '../ui/copy.js'
import { Sentence } from '../ui/sentence.js'

interface Props {
  readonly view: RolloutView
  readonly session: Session
  readonly now: number
}

/** What a person can do now: each command, what it would do, and the line that gives it. */
export function Commands({ view, session, now }: Props) {
  const { offers, policy, lastCommand, phase } = view
  const lock = policy.locked && phase === 'Paused'
  return (
    <section class="card commands" aria-labelledby="commands">
      <h2 id="commands">What you can do now</h2>
      {offers.length === 0 && !lock && <p class="quiet">{nothing(view)}</p>}
      <ul>
        {lock && (
          <li>
            <p>
              <b>unlock</b> It is locked by <code>paused: true</code>.
            </p>
            <Copyable text={unlockLine(view, session.kubectl)} label="the line to unlock" />
          </li>
        )}
        {offers.map(offer => (
          <Command key={offer.command} offer={offer} view={view} session={session} />
        ))}
      </ul>
      {lastCommand !== undefined && (
        <p class={lastCommand.refused === undefined ? 'answer' : 'answer refused'}>
          {timeOf(lastCommand.at, now)} <code>{lastCommand.name}</code>
          {lastCommand.by === undefined ? '' : ` by ${lastCommand.by}`}
          {lastCommand.claims === undefined ? '' : ` (claims to be ${lastCommand.claims})`}:{' '}
          {lastCommand.refused === undefined ? 'accepted.' : <Sentence text={`refused, ${lastCommand.refused}.`} />}
        </p>
      )}
    </section>
  )
}

function nothing({ phase, wanted }: RolloutView): string {
  if (wanted !== undefined)
    return `The write is tried again until it is taken; whoever sets the weight to ${wanted} % by hand ends it too.`
  return phase === 'Promoting' || phase === 'RollingBack'
    ? 'Nothing: from here on it is finished, whatever comes.'
    : 'Nothing. Name another version in the BirdWatch to begin anew.'
}

const capitalised = (word: string): string => word.slice(0, 1).toUpperCase() + word.slice(1)

/** Commands that move all traffic are asked for twice. */
const grave: readonly string[] = ['promote', 'force-promote', 'abort', 'undo']

function Command({ offer: { command, effect }, view, session }: { offer: Offer; view: RolloutView; session: Session }) {
  const [asking, setAsking] = useState(false)
  const [problem, setProblem] = useState<string>()
  const { namespace, name } = view
  const give = async () => {
    setAsking(false)
    setProblem(undefined)
    try {
      await post(`api/rollouts/${encodeURIComponent(namespace)}/${encodeURIComponent(name)}/commands`, { command })
      announce(`${command} given`)
    } catch (error) {
      setProblem((error as Error).message)
    }
  }
  const act = () => (grave.includes(command) && !asking ? setAsking(true) : void give())
  return (
    <li>
      <div class="offer">
        <p>
          <b>{command}</b> {effect}
        </p>
        {session.commands && (
          <span class="buttons">
            {asking && (
              <button type="button" class="quiet" onClick={() => setAsking(false)}>
                Cancel
              </button>
            )}
            <button type="button" class={asking ? 'sure' : ''} onClick={act}>
              {asking ? `Yes, ${command}` : capitalised(command)}
            </button>
          </span>
        )}
      </div>
      <Copyable text={commandLine(view, command, session.kubectl)} label={`the line to ${command}`} />
      {problem !== undefined && (
        <p class="answer refused" role="alert">
          {problem}
        </p>
      )}
    </li>
  )
}
