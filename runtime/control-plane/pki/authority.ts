import 'reflect-metadata'
import type { webcrypto } from 'node:crypto'
import { isIP } from 'node:net'
import * as x509 from '@peculiar/x509'

/** A certificate and its private key, both PEM; the key is PKCS#8. */
export interface KeyPair {
  readonly certificate: string
  readonly key: string
}

export interface CertificateRequest {
  readonly authority: KeyPair
  /** The holder's identity, `spiffe://<trust domain>/…`; the only name that clients and servers here look at. */
  readonly uri: string
  readonly usage: 'server+client' | 'client' | 'server'
  /** DNS names and addresses, for callers that know servers by these and not by `uri`. @default [] */
  readonly hosts?: readonly string[]
  /** Seconds of validity from now; 395 days is what the sync protocol issues. @default 395 days */
  readonly life?: number
  /** What the holder has identified itself with, and is revoked by as well; see `credentialOf`. */
  readonly origin?: string
  /** The holder's public key (SPKI, DER) when it keeps its private key to itself. @default a new pair is made */
  readonly publicKey?: ArrayBuffer
}

const ALGORITHM = { name: 'Ed25519' }
const USAGES = {
  'server+client': [x509.ExtendedKeyUsage.serverAuth, x509.ExtendedKeyUsage.clientAuth],
  client: [x509.ExtendedKeyUsage.clientAuth],
  server: [x509.ExtendedKeyUsage.serverAuth],
}
const DAY = 86_400_000
/** Clocks differ: a certificate is valid from a little before it was made. */
const CLOCK_SKEW = 300_000

/** A new authority of a deployment: Ed25519, ten years, allowed to sign certificates and nothing else. */
export async function createAuthority(trustDomain: string): Promise<KeyPair> {
  const keys = await newKeys()
  const now = Date.now()
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: `CN=Antipode authority of ${trustDomain}`,
    notBefore: new Date(now - CLOCK_SKEW),
    notAfter: new Date(now + 3650 * DAY),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return { certificate: `${certificate.toString('pem')}\n`, key: await privateKeyPem(keys.privateKey) }
}

/** A leaf signed by the authority. Without `publicKey` it comes with a new private key; with it, `key` is empty. */
export async function issueCertificate(request: CertificateRequest): Promise<KeyPair> {
  const authority = new x509.X509Certificate(request.authority.certificate)
  const authorityKey = await importPrivateKey(request.authority.key)
  const keys = request.publicKey ? undefined : await newKeys()
  const hosts = (request.hosts ?? []).map((value) => ({
    type: isIP(value) ? ('ip' as const) : ('dns' as const),
    value,
  }))
  const names: x509.JsonGeneralNames = [{ type: 'url', value: request.uri }, ...hosts]
  const now = Date.now()
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: `CN=${commonName(request.uri)}${request.origin === undefined ? '' : `, OU=${request.origin}`}`,
    issuer: authority.subject,
    notBefore: new Date(now - CLOCK_SKEW),
    notAfter: new Date(now + (request.life ? request.life * 1000 : 395 * DAY)),
    signingAlgorithm: ALGORITHM,
    publicKey: request.publicKey ?? keys!.publicKey,
    signingKey: authorityKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension(USAGES[request.usage]),
      new x509.SubjectAlternativeNameExtension(names),
      await x509.AuthorityKeyIdentifierExtension.create(authority.publicKey),
    ],
  })
  return { certificate: `${certificate.toString('pem')}\n`, key: keys ? await privateKeyPem(keys.privateKey) : '' }
}

async function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return (await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair
}

async function privateKeyPem(key: webcrypto.CryptoKey): Promise<string> {
  return `${x509.PemConverter.encode(await crypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY')}\n`
}

async function importPrivateKey(pem: string): Promise<webcrypto.CryptoKey> {
  return crypto.subtle.importKey('pkcs8', x509.PemConverter.decodeFirst(pem), ALGORITHM, false, ['sign'])
}

/** 20 random octets, positive, as RFC 5280 section 4.1.2.2 allows at the most. */
function serialNumber(): string {
  const octets = crypto.getRandomValues(new Uint8Array(19))
  return `01${Buffer.from(octets).toString('hex')}`
}

/** X.520 allows a common name 64 characters. */
function commonName(uri: string): string {
  return uri
    .replace(/^spiffe:\/\//, '')
    .replaceAll(/[,+"\\<>;=#]/g, '_')
    .slice(-64)
}
