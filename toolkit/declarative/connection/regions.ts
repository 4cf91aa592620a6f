import { AntipodeError } from '../../../runtime/model/errors.ts'

/** One control plane that files are compared with. */
export interface Region {
  readonly name: string
  /** Base URL of its Admin API. */
  readonly server: string
  readonly token?: string
}

/** How the command line finds the regions of a running `antipode up`; undefined when none runs there. */
export type FindRunning = (where: {
  readonly cwd: string
  readonly dataDir?: string | undefined
}) => Promise<readonly (Region & { readonly role: string })[] | undefined>

/**
 * The regions of `--server a,b` or `--server east=a,west=b`. A single key is for all of them; as many keys as servers
 * are one each, in that order.
 * @throws AntipodeError USAGE
 */
export function readServers(servers: string, tokens: string | undefined): Region[] {
  const list = servers.split(',').map((text) => text.trim())
  const keys = tokens?.split(',').map((text) => text.trim()) ?? []
  if (keys.length > 1 && keys.length !== list.length) {
    throw usage(`--token has ${keys.length} keys for ${list.length} servers; give one for all, or one each`)
  }
  const regions = list.map((text, index) => {
    const [, name, url = text] = /^([\w.-]+)=(.*)$/.exec(text) ?? []
    const token = keys[index] ?? keys[0]
    return { name: name ?? hostOf(url), server: url.replace(/\/+$/, ''), ...(token ? { token } : {}) }
  })
  const repeated = regions.find(({ name }, index) => regions.findIndex((other) => other.name === name) !== index)
  if (repeated) throw usage(`--server names ${repeated.name} twice`)
  return regions
}

function hostOf(url: string): string {
  if (!/^https?:\/\//.test(url) || !URL.canParse(url))
    throw usage(`--server needs http:// or https:// URLs, not '${url}'`)
  return new URL(url).host
}

function usage(reason: string): AntipodeError {
  return new AntipodeError('USAGE', { reason })
}
