import { levelOf, reasonCatalogue, render } from '@birdwatch/core'
import { expect, it } from 'vitest'
import { sampleNotice } from './notice.js'
import { sampleReasons } from './reasons.js'
import { sampleState } from './state.js'

it('There is a sample of every reason in the catalogue.', () => {
  const codes = new Set(sampleReasons.map(({ code }) => code))

  expect(Object.keys(reasonCatalogue).filter(code => !codes.has(code as never))).toEqual([])
})

it('Every sample renders to a sentence without gaps.', () => {
  const texts = sampleReasons.map(render)

  expect(texts.filter(text => /undefined|NaN|null|\[object/.test(text) || text.length < 10)).toEqual([])
})

it('The samples cover every level at which people are told.', () => {
  expect(new Set(sampleReasons.map(levelOf))).toEqual(new Set(['silent', 'progress', 'notice', 'alert']))
})

it('A sample notice is named after its rollout and its number.', () => {
  const notice = sampleNotice({ code: 'promoted', version: 'v04' }, { rolloutId: 'r', seq: 7, facts: { weight: 0 } })

  expect(notice).toMatchObject({ id: 'r/7', rolloutId: 'r', seq: 7, snapshot: { weight: 0, service: 'aleph' } })
})

it('A sample state is plain JSON.', () => {
  const state = sampleState({ rev: 5 })

  expect(JSON.parse(JSON.stringify(state))).toEqual(state)
})
