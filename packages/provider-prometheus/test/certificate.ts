import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'

/** DER, as far as a certificate needs it: a tag, a length and what is inside. */
function der(tag: number, ...parts: Uint8Array[]): Buffer {
  const body = Buffer.concat(parts)
  if (body.length < 128) return Buffer.concat([Buffer.from([tag, body.length]), body])
  return Buffer.concat([Buffer.from([tag, 0x82, body.length >> 8, body.length & 255]), body])
}

const sequence = (...parts: Uint8Array[]) => der(0x30, ...parts)
const oid = (hex: string) => der(0x06, Buffer.from(hex, 'hex'))
const time = (year: number) => der(0x18, Buffer.from(`${year}0101000000Z`))
const name = (commonName: string) => sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from(commonName)))))
const extension = (id: string, value: Uint8Array) => sequence(oid(id), der(0x04, value))

const ecdsaWithSha256 = sequence(oid('2a8648ce3d040302'))

function pem(body: Buffer): string {
  const lines = body.toString('base64').match(/.{1,64}/g) ?? []
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n')
}

/** A self-signed certificate for 127.0.0.1, which is its own authority, and its key: new ones at every call. */
export function selfSigned(commonName: string): { key: string; cert: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' }) as {
    publicKey: KeyObject
    privateKey: KeyObject
  }
  const spki = publicKey.export({ type: 'spki', format: 'der' })
  const serial = createHash('sha256').update(spki).digest().subarray(0, 8)
  const authority = extension('551d13', sequence(der(0x01, Buffer.from([0xff]))))
  const addresses = extension('551d11', sequence(der(0x87, Buffer.from([127, 0, 0, 1]))))
  const certificate = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([1]), serial])),
    ecdsaWithSha256,
    name(commonName),
    sequence(time(2020), time(2120)),
    name(commonName),
    spki,
    der(0xa3, sequence(authority, addresses)),
  )
  const signature = der(0x03, Buffer.from([0]), sign('sha256', certificate, privateKey))
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: pem(sequence(certificate, ecdsaWithSha256, signature)),
  }
}
