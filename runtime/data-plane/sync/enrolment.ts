import { X509Certificate } from 'node:crypto'
import type { Logger } from 'pino'
import { readConnectionToken } from '../../model/connection-token.ts'
import { AntipodeError } from '../../model/errors.ts'
import type { DataPlaneSettings } from '../../model/frame.ts'
import { certificatesIn, readPem } from '../../model/pem.ts'
import { controlPlanesFor, openDirectory } from '../../model/region-directory.ts'
import type { RuntimeConfig } from '../../model/runtime-config.ts'
import { keysOf, TokenRefusal } from '../../model/signed-token.ts'
import { readText } from './configured-text.ts'
import { dataPlaneTrustDomain, FrameVerifier } from './frame-verifier.ts'
import { IdentityFile } from './identity-file.ts'
import { InstanceIdentity, type TlsIdentity } from './instance-identity.ts'

/** Far more than any authority that rotates needs. */
const MOST_ANCHORS = 16
/** Earlier authorities whose frames in the cache are still read. */
const PAST_ANCHORS = 4

/**
 * What this data plane is in its deployment: who it is, whom it trusts, and whom it calls. It begins with what was
 * configured, takes what control planes give it since (leaves, authorities, the directory of regions), and keeps that on
 * disk.
 */
export class Enrolment {
  readonly identity: InstanceIdentity
  readonly verifier: FrameVerifier
  readonly trustDomain: string | undefined
  /** Where reports go, where a token says so. */
  readonly index: string | undefined
  readonly #config: RuntimeConfig
  readonly #file: IdentityFile
  readonly #logger: Logger
  #anchors: string
  #pastAnchors: string
  #directory: string | null
  #revoked: ReadonlySet<string> = new Set()

  /** @throws AntipodeError CONFIG_INVALID, or an error of the file system when something cannot be read */
  static async open(config: RuntimeConfig, logger: Logger): Promise<Enrolment> {
    const { certs, dataPlane } = config
    const [anchors, token, directory] = await Promise.all([
      readPem(certs.ca),
      dataPlane.token === null || certs.cert !== '' ? null : readText(dataPlane.token),
      dataPlane.directory === null ? null : readText(dataPlane.directory),
    ])
    const introduction =
      token === null ? { certificate: await readPem(certs.cert), key: await readPem(certs.key) } : { token }
    const file = new IdentityFile(dataPlane.cacheDir, [JSON.stringify(introduction), anchors, directory ?? ''], logger)
    const kept = await file.read()
    try {
      const trustDomain =
        token === null
          ? dataPlaneTrustDomain((introduction as TlsIdentity).certificate)
          : readConnectionToken(token).iss.replace(/^spiffe:\/\//, '')
      const index = token === null ? undefined : readConnectionToken(token).index
      const identity = new InstanceIdentity(introduction, kept?.leaf)
      return new Enrolment(
        config,
        { identity, trustDomain, index, file, logger },
        {
          anchors: kept?.anchors ?? anchors,
          pastAnchors: kept?.pastAnchors ?? '',
          directory: kept?.directory ?? directory,
        },
      )
    } catch (error) {
      if (!(error instanceof TokenRefusal)) throw error
      const problems = `the token or the directory of regions is refused: ${error.message}`
      throw new AntipodeError('CONFIG_INVALID', { file: 'antipode.token', problems })
    }
  }

  private constructor(
    config: RuntimeConfig,
    parts: {
      identity: InstanceIdentity
      trustDomain: string | undefined
      index: string | undefined
      file: IdentityFile
      logger: Logger
    },
    begin: { anchors: string; pastAnchors: string; directory: string | null },
  ) {
    this.identity = parts.identity
    this.trustDomain = parts.trustDomain
    this.index = parts.index
    this.verifier = new FrameVerifier(begin.anchors, parts.trustDomain, begin.pastAnchors)
    this.#config = config
    this.#file = parts.file
    this.#logger = parts.logger
    this.#anchors = begin.anchors
    this.#pastAnchors = begin.pastAnchors
    this.#directory = begin.directory
    if (config.dataPlane.controlPlanes.length === 0) this.#directoryAddresses(begin.directory)
  }

  /** PEM of the authorities to trust. */
  get anchors(): string {
    return this.#anchors
  }

  /** Addresses of control planes of one lineage, the own region's first. */
  get controlPlanes(): readonly string[] {
    const { controlPlanes } = this.#config.dataPlane
    return controlPlanes.length > 0 ? controlPlanes : this.#directoryAddresses(this.#directory)
  }

  /** Why a control plane with this certificate must not be talked to, or undefined. `serial` as node writes it. */
  refusalOf(trustDomain: string | undefined, serial: string): string | undefined {
    if (this.#revoked.has(`certificate/${serial.toLowerCase().replace(/^0+/, '')}`))
      return 'its certificate was revoked'
    if (trustDomain === undefined) return 'it is no control plane'
    if (this.trustDomain !== undefined && trustDomain !== this.trustDomain) return `it belongs to ${trustDomain}`
    return undefined
  }

  /** What control planes say of themselves with every heartbeat. */
  refuse(revoked: readonly string[]): void {
    this.#revoked = new Set(revoked)
    this.verifier.refuse(revoked)
  }

  /** A leaf that a control plane has issued, and that has proved to work. @param renewAfter see InstanceIdentity */
  async adopt(leaf: TlsIdentity, renewAfter: number | undefined): Promise<void> {
    this.identity.adopt(leaf, renewAfter)
    await this.#keep()
  }

  /** Takes the authorities and the directory that came from a control plane whose word was verified. */
  take({ anchors, directory }: DataPlaneSettings): void {
    let changed = false
    if (anchors !== undefined && anchors !== this.#anchors) changed = this.#takeAnchors(anchors)
    const isNeeded = this.#config.dataPlane.controlPlanes.length === 0
    if (isNeeded && directory !== undefined && directory !== this.#directory) {
      changed = this.#takeDirectory(directory) || changed
    }
    if (changed) void this.#keep()
  }

  /** The leaf is of no use any more; the next start begins with what was configured. */
  dropLeaf(): Promise<void> {
    this.identity.forget()
    return this.#keep()
  }

  /** An authority takes over while its predecessor is still trusted, so what is trusted never changes altogether. */
  #takeAnchors(anchors: string): boolean {
    const before = certificatesIn(this.#anchors)
    const after = certificatesIn(anchors)
    const problem = problemOf(before, after)
    if (problem !== undefined) {
      this.#logger.error({ problem }, 'authorities from the control plane are not taken')
      return false
    }
    const past = [...before.filter((pem) => !after.includes(pem)), ...certificatesIn(this.#pastAnchors)]
    this.#pastAnchors = past.slice(0, PAST_ANCHORS).join('\n')
    this.#anchors = anchors
    this.verifier.trust(anchors)
    this.#logger.info({ authorities: after.length }, 'trusts other authorities')
    return true
  }

  #takeDirectory(directory: string): boolean {
    try {
      this.#directoryAddresses(directory)
    } catch (error) {
      this.#logger.error({ problem: (error as Error).message }, 'a directory of regions is not taken')
      return false
    }
    this.#directory = directory
    return true
  }

  /** @throws TokenRefusal */
  #directoryAddresses(directory: string | null): string[] {
    if (directory === null) throw new TokenRefusal('there is no directory of regions')
    const { introduction } = this.identity
    const region = 'token' in introduction ? readConnectionToken(introduction.token).region : this.#config.region
    const opened = openDirectory(directory, keysOf(this.#anchors), `spiffe://${this.trustDomain}`)
    return controlPlanesFor(region, opened)
  }

  #keep(): Promise<void> {
    const { leaf = null } = this.identity
    const [anchors, pastAnchors, directory] = [this.#anchors, this.#pastAnchors, this.#directory]
    return this.#file.write({ leaf, anchors, pastAnchors, directory })
  }
}

function problemOf(before: readonly string[], after: readonly string[]): string | undefined {
  if (after.length === 0 || after.length > MOST_ANCHORS) return `there are ${after.length} of them`
  if (!after.some((pem) => before.includes(pem))) return 'none of them is trusted so far'
  return after.every((pem) => new X509Certificate(pem).ca) ? undefined : 'one of them is no authority'
}
