import { describe, expect, it } from 'vitest'
import { commandLine, eventsLine, unlockLine } from './kubectl.js'

const aleph = { namespace: 'shop', name: 'aleph' }

describe('The line to copy', () => {
  it('annotates the BirdWatch with the command.', () => {
    expect(commandLine(aleph, 'promote')).toBe('kubectl -n shop annotate bw aleph otomato.link/command=promote')
  })

  it('calls kubectl as it is called here.', () => {
    expect(commandLine(aleph, 'abort', 'kubectl --server=http://127.0.0.1:6443')).toMatch(
      /^kubectl --server=http:\/\/127\.0\.0\.1:6443 -n shop annotate /,
    )
  })

  it('shows the events of the BirdWatch alone.', () => {
    expect(eventsLine(aleph)).toBe(
      'kubectl -n shop get events --field-selector involvedObject.kind=BirdWatch,involvedObject.name=aleph',
    )
  })

  it('takes the lock away where there is one.', () => {
    expect(unlockLine(aleph)).toBe(`kubectl -n shop patch bw aleph --type=merge -p '{"spec":{"paused":false}}'`)
  })
})
