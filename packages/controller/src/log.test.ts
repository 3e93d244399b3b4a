import { expect, it } from 'vitest'
import { createLogger } from './log.js'

it('A log entry is one line of JSON with time, level, message and its fields', () => {
  const lines: string[] = []
  const logger = createLogger('info', { write: line => void lines.push(line) })
  logger.debug('not shown')
  logger.warn('provider can not be reached', { provider: 'prometheus' })
  expect(lines.map(line => JSON.parse(line))).toEqual([
    { level: 'warn', time: expect.any(String), provider: 'prometheus', msg: 'provider can not be reached' },
  ])
})
