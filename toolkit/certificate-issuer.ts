/** A certificate and its private key, both PEM. */
export interface KeyPair {
  readonly certificate: string
  readonly key: string
}

/** What issues a deployment's certificates; the control plane's own, handed in by the command line. */
export interface CertificateIssuer {
  createAuthority(trustDomain: string): Promise<KeyPair>
  issueCertificate(request: {
    readonly authority: KeyPair
    readonly uri: string
    readonly usage: 'server+client' | 'client'
    /** Seconds of validity; a negative one issues what has expired. @default 395 days */
    readonly life?: number
  }): Promise<KeyPair>
}
