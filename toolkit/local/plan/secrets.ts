import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabasePasswords } from '../database/roles.ts'

export interface Secrets {
  readonly adminKey: string
  readonly database: DatabasePasswords
}

/** The random keys and passwords of a data directory: made once, in a file that only its owner reads. */
export function provideSecrets(dataDirectory: string): Secrets {
  const path = join(dataDirectory, 'secrets.json')
  if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8')) as Secrets
  const random = (): string => randomBytes(18).toString('base64url')
  const secrets = {
    adminKey: randomBytes(16).toString('hex'),
    database: { superuser: random(), controlPlane: random(), replication: random() },
  }
  writeFileSync(path, `${JSON.stringify(secrets, undefined, 2)}\n`, { mode: 0o600 })
  return secrets
}
