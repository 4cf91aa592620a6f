import type { StackDocument } from '../synthesise.ts'

/** A secret that Terraform makes empty and that must be filled before the runtime starts. */
export interface WantedSecret {
  readonly region: string
  readonly name: string
  /**
   * `authority`: JSON `{ certificate, key }` of what issues the deployment's certificates. `identity`: JSON
   * `{ certificate, key, authority }`. `key`: a random text. `keyring`: 32 random bytes in base64.
   */
  readonly holds: 'authority' | 'identity' | 'key' | 'keyring'
  /** `spiffe://<trust domain>/…` of an identity, and of nothing else. */
  readonly identity?: string
}

const HOLDS: ReadonlySet<unknown> = new Set([
  'authority',
  'identity',
  'key',
  'keyring',
] satisfies WantedSecret['holds'][])

interface SecretResource {
  readonly name?: string
  readonly tags?: { readonly Holds?: string; readonly Identity?: string }
}

/** The secrets that wait to be filled, as the stacks themselves declare them by the tags `Holds` and `Identity`. */
export function wantedSecrets(stacks: Iterable<StackDocument>): WantedSecret[] {
  return [...stacks].flatMap(({ provider, resource }) => {
    const region = provider?.aws?.[0]?.region
    const secrets = Object.values(resource?.aws_secretsmanager_secret ?? {}) as SecretResource[]
    return secrets.flatMap(({ name, tags }) => {
      if (region === undefined || name === undefined || !HOLDS.has(tags?.Holds)) return []
      const holds = tags?.Holds as WantedSecret['holds']
      return [{ region, name, holds, ...(tags?.Identity !== undefined && { identity: tags.Identity }) }]
    })
  })
}
