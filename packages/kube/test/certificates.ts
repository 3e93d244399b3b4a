import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

/** A certificate with its private key, both PEM. */
export interface Identity {
  readonly cert: string
  readonly key: string
}

interface Subject {
  readonly name: string
  readonly keys: { readonly publicKey: KeyObject; readonly privateKey: KeyObject }
}

/** An authority made for one test; its certificates are for 127.0.0.1 and good for a day. */
export class CertificateAuthority {
  readonly #subject: Subject
  readonly cert: string

  constructor(name = 'test authority') {
    this.#subject = newSubject(name)
    this.cert = certificate(this.#subject, this.#subject, [basicConstraintsOfAuthority])
  }

  issue(name: string): Identity {
    const subject = newSubject(name)
    const key = subject.keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    return { cert: certificate(subject, this.#subject, [loopbackAddress]), key }
  }
}

const SEQUENCE = 0x30
const SET = 0x31
const INTEGER = 0x02
const BIT_STRING = 0x03
const OCTET_STRING = 0x04
const OBJECT_ID = 0x06
const UTF8_STRING = 0x0c
const GENERALIZED_TIME = 0x18

function der(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  const { length } = content
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}

const oid = (hex: string) => der(OBJECT_ID, Buffer.from(hex, 'hex'))
const ecdsaWithSha256 = der(SEQUENCE, oid('2a8648ce3d040302'))
const basicConstraintsOfAuthority = extension('551d13', der(SEQUENCE, Buffer.from([0x01, 0x01, 0xff])))
const loopbackAddress = extension('551d11', der(SEQUENCE, Buffer.from([0x87, 4, 127, 0, 0, 1])))

function extension(id: string, value: Buffer): Buffer {
  return der(SEQUENCE, oid(id), der(OCTET_STRING, value))
}

function commonName(name: string): Buffer {
  return der(SEQUENCE, der(SET, der(SEQUENCE, oid('550403'), der(UTF8_STRING, Buffer.from(name)))))
}

function time(offsetMs: number): Buffer {
  const stamp = new Date(Date.now() + offsetMs).toISOString().replace(/[-:T]|\.\d+/g, '')
  return der(GENERALIZED_TIME, Buffer.from(stamp))
}

function newSubject(name: string): Subject {
  return { name, keys: generateKeyPairSync('ec', { namedCurve: 'P-256' }) }
}

function certificate(subject: Subject, issuer: Subject, extensions: Buffer[]): string {
  const day = 86_400_000
  const body = der(
    SEQUENCE,
    der(0xa0, der(INTEGER, Buffer.from([2]))),
    der(INTEGER, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ecdsaWithSha256,
    commonName(issuer.name),
    der(SEQUENCE, time(-day), time(day)),
    commonName(subject.name),
    subject.keys.publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, der(SEQUENCE, ...extensions)),
  )
  const signature = sign('sha256', body, issuer.keys.privateKey)
  const whole = der(SEQUENCE, body, ecdsaWithSha256, der(BIT_STRING, Buffer.from([0]), signature))
  const lines = whole.toString('base64').replace(/.{64}/g, '$&\n').trimEnd()
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`
}
