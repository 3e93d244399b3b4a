import { describe, expect, it } from 'vitest'
import { decodePng } from '../test/png.js'
import { encodePng } from './png.js'

describe('A PNG', () => {
  it('shows every pixel in its colour.', () => {
    const pixels = Uint8Array.from([0, 1, 2, 2, 1, 0])
    const decoded = decodePng(encodePng({ width: 3, height: 2, pixels }, ['#ffffff', '#ff8800', '#000000']))

    expect(decoded).toMatchObject({ width: 3, height: 2 })
    expect([0, 1, 2].map(x => decoded.at(x, 0))).toEqual(['#ffffff', '#ff8800', '#000000'])
    expect([0, 1, 2].map(x => decoded.at(x, 1))).toEqual(['#000000', '#ff8800', '#ffffff'])
  })

  it('is small where there is little to see.', () => {
    const png = encodePng({ width: 240, height: 240, pixels: new Uint8Array(240 * 240) }, ['#ffffff'])

    expect(png.length).toBeLessThan(300)
  })
})
