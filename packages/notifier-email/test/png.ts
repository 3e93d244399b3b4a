import { crc32, inflateSync } from 'node:zlib'

export interface Decoded {
  readonly width: number
  readonly height: number
  /** The colour at a place, as `#rrggbb`. */
  at(x: number, y: number): string
}

/** Decodes a PNG with a palette and without filters, and checks its sums on the way. */
export function decodePng(png: Buffer): Decoded {
  if (png.subarray(0, 8).toString('hex') !== '89504e470d0a1a0a') throw new Error('not a PNG')
  const chunks = new Map<string, Buffer>()
  for (let offset = 8; offset < png.length; ) {
    const length = png.readUInt32BE(offset)
    const body = png.subarray(offset + 4, offset + 8 + length)
    if (crc32(body) !== png.readUInt32BE(offset + 8 + length)) throw new Error(`wrong sum at ${offset}`)
    chunks.set(body.toString('latin1', 0, 4), body.subarray(4))
    offset += 12 + length
  }
  const order = [...chunks.keys()].join(' ')
  if (order !== 'IHDR PLTE IDAT IEND') throw new Error(`unexpected chunks ${order}`)
  const [header, palette, data] = [...chunks.values()] as [Buffer, Buffer, Buffer]
  const format = header.subarray(8).toString('hex')
  if (format !== '0803000000') throw new Error(`unexpected format ${format}`)
  const width = header.readUInt32BE(0)
  const height = header.readUInt32BE(4)
  const rows = inflateSync(data)
  if (rows.length !== (width + 1) * height) throw new Error(`${rows.length} bytes for ${width} x ${height}`)
  return {
    width,
    height,
    at: (x, y) => {
      const index = rows[y * (width + 1) + 1 + x] ?? 0
      return `#${palette.subarray(3 * index, 3 * index + 3).toString('hex')}`
    },
  }
}
