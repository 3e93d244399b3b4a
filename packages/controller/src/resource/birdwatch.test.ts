import { describe, expect, it } from 'vitest'
import { birdWatch, rolloutState, seedSpec } from '../../test/support/samples.js'
import { engineOf, projectBirdWatch, type RawBirdWatch } from './birdwatch.js'

const annotated = (annotations: Record<string, string>, managedFields: object[] = []): RawBirdWatch => ({
  metadata: { ...birdWatch('aleph').metadata, annotations, managedFields } as RawBirdWatch['metadata'],
  spec: seedSpec,
})
const owner = (manager: string, time: string, annotation = 'otomato.link/command') => ({
  manager,
  time,
  fieldsV1: { 'f:metadata': { 'f:annotations': { '.': {}, [`f:${annotation}`]: {} } } },
})

describe('What is kept of a BirdWatch', () => {
  it('is the command on it, with the field manager that wrote it and the claim beside it', () => {
    const raw = annotated({ 'otomato.link/command': 'promote', 'otomato.link/requested-by': 'ann' }, [
      owner('helm', '2026-01-01T00:00:01Z', 'other'),
      owner('kubectl-annotate', '2026-01-01T00:00:02Z'),
    ])
    expect(projectBirdWatch(raw).wish).toEqual({
      name: 'promote',
      by: 'kubectl-annotate',
      at: '2026-01-01T00:00:02Z',
      claims: 'ann',
    })
  })

  it('names the last of several managers of the command', () => {
    const raw = annotated({ 'otomato.link/command': 'pause' }, [
      owner('first', '2026-01-01T00:00:01Z'),
      owner('last', '2026-01-01T00:00:09Z'),
    ])
    expect(projectBirdWatch(raw).wish?.by).toBe('last')
  })

  it('has no command where there is none', () => {
    expect(projectBirdWatch(annotated({})).wish).toBeUndefined()
  })

  it('is never managedFields', () => {
    expect(JSON.stringify(projectBirdWatch(annotated({}, [owner('helm', '2026-01-01T00:00:01Z')])))).not.toContain(
      'helm',
    )
  })

  it('is an empty spec when there is no usable one', () => {
    expect(projectBirdWatch({ ...annotated({}), spec: 'none' }).spec).toEqual({})
  })
})

describe("The engine's state", () => {
  it('is read from the status', () => {
    const state = rolloutState()
    expect(engineOf(birdWatch('a', { engine: state }))).toBe(state)
  })

  it('does not exist before the first save', () => {
    expect(engineOf(birdWatch('a'))).toBeUndefined()
  })

  it.each<[string, unknown]>([
    ['of a newer schema', { ...rolloutState(), schema: 2 }],
    ['in an unknown phase', { ...rolloutState(), phase: 'Dancing' }],
    ['without a rev', { ...rolloutState(), rev: 'x' }],
    ['that is empty', {}],
    ['that is no object', 'x'],
  ])('%s is refused instead of guessed at', (_, engine) => {
    expect(() => engineOf(birdWatch('a', { engine }))).toThrow('status.engine of shop/a can not be read')
  })
})
