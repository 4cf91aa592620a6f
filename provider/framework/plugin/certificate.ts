import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'

/** A key pair for one connection on this machine. */
export interface OneTimeCertificate {
  readonly key: string
  readonly certificate: string
  readonly der: Buffer
}

const DAY = 86_400_000

const SEQUENCE = 0x30
const SET = 0x31
const INTEGER = 0x02
const BIT_STRING = 0x03
const OCTET_STRING = 0x04
const OBJECT_ID = 0x06
const UTF8_STRING = 0x0c
const UTC_TIME = 0x17
const BOOLEAN = 0x01
const VERSION = 0xa0
const EXTENSIONS = 0xa3
const DNS_NAME = 0x82

// Object identifiers, encoded: ecdsa-with-SHA256, commonName, subjectAltName, basicConstraints.
const ECDSA_SHA256 = Buffer.from('2a8648ce3d040302', 'hex')
const COMMON_NAME = Buffer.from('550403', 'hex')
const ALTERNATIVE_NAME = Buffer.from('551d11', 'hex')
const BASIC_CONSTRAINTS = Buffer.from('551d13', 'hex')

/**
 * Makes a self-signed certificate for `localhost` (RFC 5280). It is written here byte by byte because a library for it
 * takes longer to load than a plugin may take to start.
 */
export function oneTimeCertificate(): OneTimeCertificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const algorithm = der(SEQUENCE, der(OBJECT_ID, ECDSA_SHA256))
  const name = der(SEQUENCE, der(SET, der(SEQUENCE, der(OBJECT_ID, COMMON_NAME), der(UTF8_STRING, 'localhost'))))
  const now = Date.now()
  const extension = (id: Buffer, value: Buffer) =>
    der(SEQUENCE, der(OBJECT_ID, id), der(BOOLEAN, Buffer.from([0xff])), der(OCTET_STRING, value))
  const certificate = der(
    SEQUENCE,
    der(VERSION, der(INTEGER, Buffer.from([2]))),
    der(INTEGER, Buffer.from([1, ...randomBytes(15)])),
    algorithm,
    name,
    der(SEQUENCE, der(UTC_TIME, utcTime(now - DAY)), der(UTC_TIME, utcTime(now + 30 * DAY))),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(
      EXTENSIONS,
      der(
        SEQUENCE,
        extension(BASIC_CONSTRAINTS, der(SEQUENCE, der(BOOLEAN, Buffer.from([0xff])))),
        extension(ALTERNATIVE_NAME, der(SEQUENCE, der(DNS_NAME, 'localhost'))),
      ),
    ),
  )
  const signature = sign('sha256', certificate, privateKey)
  const whole = der(SEQUENCE, certificate, algorithm, der(BIT_STRING, Buffer.from([0]), signature))
  return {
    der: whole,
    certificate: `-----BEGIN CERTIFICATE-----\n${whole.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
  }
}

function der(tag: number, ...contents: readonly (Buffer | string)[]): Buffer {
  const content = Buffer.concat(contents.map((part) => Buffer.from(part as string)))
  return Buffer.concat([Buffer.from([tag, ...lengthOf(content.length)]), content])
}

function lengthOf(length: number): number[] {
  if (length < 0x80) return [length]
  return length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
}

/** `YYMMDDhhmmssZ` */
function utcTime(at: number): string {
  return `${new Date(at).toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`
}
