import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { isKubeError, KubeError, kubeErrors } from './errors.js'

/** The rows of the README's table of errors. */
function documented(): string[][] {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  return readme
    .split('\n')
    .filter(line => line.startsWith('| `KUBE_'))
    .map(line => line.split('|').slice(1, -1))
    .map(cells => cells.map(cell => cell.trim()))
}

test('the README documents exactly the errors there are', () => {
  const expected = Object.entries(kubeErrors).map(([code, { retryable, meaning }]) => [
    `\`${code}\``,
    retryable ? 'yes' : 'no',
    meaning,
  ])

  expect(documented()).toEqual(expected)
})

test('an error carries what the table says of its code', () => {
  const error = new KubeError('KUBE_CONFLICT', 'get /x: it changed.')

  expect(error).toMatchObject({ code: 'KUBE_CONFLICT', retryable: true, tookEffect: false, causes: [] })
})

test('advice follows the message', () => {
  const { message } = new KubeError('KUBE_FORBIDDEN', 'get /x: no.')

  expect(message).toBe('get /x: no. Grant it with a Role or ClusterRole.')
})

test('an error is recognised by its code, also one of another copy of this package', () => {
  const foreign = Object.assign(new Error('gone'), { code: 'KUBE_GONE' })

  expect(isKubeError(foreign)).toBe(true)
  expect(isKubeError(foreign, 'KUBE_CONFLICT', 'KUBE_GONE')).toBe(true)
  expect(isKubeError(foreign, 'KUBE_CONFLICT')).toBe(false)
})

test.each([
  [undefined],
  [null],
  ['KUBE_GONE'],
  [new Error('other')],
  [Object.assign(new Error('system'), { code: 'ECONNRESET' })],
  [{ code: 'toString' }],
  [{ code: 410 }],
])('%o is no error of this package', value => {
  expect(isKubeError(value)).toBe(false)
})
