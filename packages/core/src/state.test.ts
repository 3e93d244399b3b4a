import { expect, test } from 'vitest'
import { phases } from './phase.js'
import { commands, inProgress, isTerminal } from './state.js'

test('A rollout holds its target from Baselining until it has ended', () => {
  expect(phases.filter(phase => inProgress({ phase }))).toEqual([
    'Baselining',
    'Progressing',
    'Holding',
    'Paused',
    'Promoting',
    'RollingBack',
    'Frozen',
  ])
})

test('A rollout has ended in Promoted and RolledBack', () => {
  expect(phases.filter(phase => isTerminal({ phase }))).toEqual(['Promoted', 'RolledBack'])
})

test('The phases and commands are the public vocabulary', () => {
  expect([...phases].sort()).toEqual([
    'Baselining',
    'Frozen',
    'Holding',
    'Invalid',
    'Paused',
    'Progressing',
    'Promoted',
    'Promoting',
    'RolledBack',
    'RollingBack',
    'Waiting',
  ])
  expect(commands).toEqual(['pause', 'resume', 'promote', 'force-promote', 'abort', 'retry', 'undo'])
})
