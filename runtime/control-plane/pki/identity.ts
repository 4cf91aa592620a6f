import type { PeerCertificate } from 'node:tls'

/** Who speaks on the sync listener, read from the URI name of its certificate. */
export type Identity =
  | { readonly kind: 'control-plane'; readonly trustDomain: string; readonly region: string }
  | { readonly kind: 'operator'; readonly trustDomain: string }
  | {
      readonly kind: 'data-plane'
      readonly trustDomain: string
      readonly group: string
      readonly instance: string | null
    }

const FORMS: readonly [RegExp, (trustDomain: string, ...parts: string[]) => Identity][] = [
  [
    /^\/region\/([^/]+)\/control-plane$/,
    (trustDomain, region) => ({ kind: 'control-plane', trustDomain, region: region! }),
  ],
  [/^\/operator$/, (trustDomain) => ({ kind: 'operator', trustDomain })],
  [
    /^\/group\/([^/]+)(?:\/instance\/([^/]+))?$/,
    (trustDomain, group, instance) => ({ kind: 'data-plane', trustDomain, group: group!, instance: instance ?? null }),
  ],
]

/** The identity in a `spiffe://` name, or undefined where it has none of the forms issued here. */
export function parseIdentity(uri: string): Identity | undefined {
  const match = /^spiffe:\/\/([^/]+)(\/.*)$/.exec(uri)
  if (!match) return undefined
  for (const [form, identity] of FORMS) {
    const parts = form.exec(match[2]!)
    if (parts) return identity(match[1]!, ...parts.slice(1))
  }
  return undefined
}

/** The identity of a peer whose chain TLS has already verified. */
export function identityOf(certificate: PeerCertificate): Identity | undefined {
  for (const name of certificate.subjectaltname?.split(', ') ?? []) {
    if (name.startsWith('URI:')) return parseIdentity(name.slice('URI:'.length))
  }
  return undefined
}

/** For TLS clients: the server must be a control plane. Its address is not looked at, since links forward ports. */
export function checkControlPlane(_host: string, certificate: PeerCertificate): Error | undefined {
  if (identityOf(certificate)?.kind === 'control-plane') return undefined
  return new Error(`the server is not a control plane; its certificate names ${certificate.subjectaltname ?? 'nobody'}`)
}
