import { crc32, deflateSync } from 'node:zlib'

/** A colour as `#rrggbb`. */
type Colour = `#${string}`

/** A picture of few colours: each byte of `pixels` is the number of a colour, row by row. */
export interface Bitmap {
  readonly width: number
  readonly height: number
  readonly pixels: Uint8Array
}

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

function chunk(type: 'IHDR' | 'PLTE' | 'IDAT' | 'IEND', data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  return Buffer.concat([number(data.length), body, number(crc32(body))])
}

/** Encodes a picture as PNG, with a palette of at most 256 colours. */
export function encodePng({ width, height, pixels }: Bitmap, palette: readonly Colour[]): Buffer {
  // Every row is led by the number of its filter: none.
  const rows = Buffer.alloc((width + 1) * height)
  for (let y = 0; y < height; y++) rows.set(pixels.subarray(y * width, (y + 1) * width), y * (width + 1) + 1)
  const eightBitPalette = Buffer.from([8, 3, 0, 0, 0])
  return Buffer.concat([
    signature,
    chunk('IHDR', Buffer.concat([number(width), number(height), eightBitPalette])),
    chunk('PLTE', Buffer.from(palette.map(colour => colour.slice(1)).join(''), 'hex')),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}
