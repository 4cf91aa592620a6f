import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto'
import { Refusal } from '../configuration-store.ts'
import type { PasswordHash } from './records.ts'

/**
 * One of the choices that OWASP's Password Storage Cheat Sheet gives for scrypt, the one that takes least memory (32
 * MiB). Stored with each hash, so that they can be raised.
 */
const PARAMETERS = { cost: 2 ** 15, blockSize: 8, parallelization: 3 } as const
const LENGTH = 32

export async function hashPassword(password: string): Promise<PasswordHash> {
  const salt = randomBytes(16)
  const hash = await derive(password, salt, PARAMETERS)
  return { algorithm: 'scrypt', ...PARAMETERS, salt: salt.toString('base64'), hash: hash.toString('base64') }
}

/** Takes as long where there is no hash to compare with, so that nobody learns which users there are. */
export async function verifyPassword(password: string, stored: PasswordHash | null): Promise<boolean> {
  const { salt, hash, ...parameters } = stored ?? NOBODYS
  const derived = await derive(password, Buffer.from(salt, 'base64'), parameters)
  const expected = Buffer.from(hash, 'base64')
  return derived.length === expected.length && timingSafeEqual(derived, expected) && stored !== null
}

const NOBODYS: PasswordHash = {
  ...{ algorithm: 'scrypt', ...PARAMETERS, salt: randomBytes(16).toString('base64') },
  hash: randomBytes(LENGTH).toString('base64'),
}

/** One at a time: many would take all the memory and all the threads there are. */
let last: Promise<unknown> = Promise.resolve()
let waiting = 0
/** Some ten seconds of work; whoever comes then is better told to come later. */
const MOST_WAITING = 64

async function derive(
  password: string,
  salt: Buffer,
  { cost, blockSize, parallelization }: Pick<PasswordHash, 'cost' | 'blockSize' | 'parallelization'>,
): Promise<Buffer> {
  if (waiting >= MOST_WAITING) throw new Refusal(503, { error_msg: 'too many passwords are being checked' })
  waiting += 1
  const options: ScryptOptions = { cost, blockSize, parallelization, maxmem: 256 * cost * blockSize }
  const work = last.then(
    () =>
      new Promise<Buffer>((resolve, reject) => {
        // Composed characters, so that a password is one and the same from every keyboard.
        scrypt(password.normalize('NFC'), salt, LENGTH, options, (error, key) => (error ? reject(error) : resolve(key)))
      }),
  )
  last = work
    .catch(() => {})
    .finally(() => {
      waiting -= 1
    })
  return work
}
