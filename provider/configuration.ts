import { readFileSync } from 'node:fs'
import { AdminClient } from './admin-api/admin-client.ts'
import { GatewayClient } from './admin-api/gateway-client.ts'
import { refused } from './framework/problem.ts'
import type { Schema } from './framework/schema.ts'
import { isList, isNull, isWhollyKnown, type ValueObject } from './framework/values.ts'
import { SwitchoverCommand } from './switchover-command.ts'

const DEFAULT_TIMEOUT = 60
const DEFAULT_CONCURRENCY = 10

export const providerSchema: Schema = {
  description: 'Configures the gateways of an Antipode deployment through the Admin API of its control planes.',
  attributes: {
    endpoints: {
      description:
        'Addresses of control planes of one configuration, such as `http://127.0.0.1:9180`. With one writing region and standbys, name all: the writer is found, and followed when it moves. Default: `ANTIPODE_ENDPOINTS`, separated by commas.',
      ...{ type: ['list', 'string'], presence: 'optional' },
    },
    token: {
      description: 'The key or token that the Admin API asks for. Default: `ANTIPODE_TOKEN`.',
      ...{ type: 'string', presence: 'optional', sensitive: true },
    },
    ca: {
      description:
        'Who is trusted to be a control plane: PEM, or the name of a file with it. Default: `ANTIPODE_CA`, or public authorities.',
      ...{ type: 'string', presence: 'optional' },
    },
    client_certificate: {
      description:
        'The certificate shown to control planes: PEM, or the name of a file with it. Default: `ANTIPODE_CLIENT_CERTIFICATE`.',
      ...{ type: 'string', presence: 'optional' },
    },
    client_key: {
      description:
        'The key of `client_certificate`: PEM, or the name of a file with it. Default: `ANTIPODE_CLIENT_KEY`.',
      ...{ type: 'string', presence: 'optional', sensitive: true },
    },
    gateway_group: {
      description:
        'The id of the gateway group that is configured. Default: `ANTIPODE_GATEWAY_GROUP`, or that of the token, or `default`.',
      ...{ type: 'string', presence: 'optional' },
    },
    switchover_command: {
      description:
        'What moves the right to write where `antipode_region` declares another writer: a program and its first arguments, such as `["npx", "antipode", "switchover"]`. It is run here, with `--to` and `--json` for a plan, and with `--yes` besides for an apply. Default: nothing does, and such a plan is refused.',
      ...{ type: ['list', 'string'], presence: 'optional' },
    },
    timeout: {
      description: `Seconds for which a call is tried, while the writing region moves or nobody answers. Default: \`${DEFAULT_TIMEOUT}\`.`,
      ...{ type: 'number', presence: 'optional' },
    },
    concurrency: {
      description: `Calls at once. Default: \`${DEFAULT_CONCURRENCY}\`.`,
      ...{ type: 'number', presence: 'optional' },
    },
  },
}

/**
 * @returns undefined where something is not known yet: then nobody is asked, and plans say less
 * @throws Refused
 */
export async function configure(config: ValueObject, env: NodeJS.ProcessEnv): Promise<GatewayClient | undefined> {
  if (!isWhollyKnown(config)) return undefined
  const text = (name: string) => {
    const variable = env[`ANTIPODE_${name.toUpperCase()}`]
    return isNull(config[name]) ? (variable ? variable : null) : String(config[name])
  }
  const number = (name: string, byDefault: number) => {
    const value = isNull(config[name]) ? byDefault : Number(config[name])
    if (value > 0) return value
    throw refused(`${name} is not above 0`, `It is ${value}.`, [name])
  }
  const settings = {
    endpoints: endpointsOf(config, env),
    token: text('token'),
    gatewayGroup: text('gateway_group'),
    ca: pem('ca', text('ca')),
    clientCertificate: pem('client_certificate', text('client_certificate')),
    clientKey: pem('client_key', text('client_key')),
    timeout: number('timeout', DEFAULT_TIMEOUT) * 1000,
    concurrency: Math.ceil(number('concurrency', DEFAULT_CONCURRENCY)),
  }
  const switchover = switchoverOf(config)
  return new GatewayClient(new AdminClient(settings), { group: settings.gatewayGroup, switchover })
}

function endpointsOf({ endpoints = null }: ValueObject, env: NodeJS.ProcessEnv): string[] {
  const given = isList(endpoints) ? endpoints.map(String) : (env.ANTIPODE_ENDPOINTS?.split(',') ?? [])
  const addresses = given.map((address) => address.trim()).filter((address) => address !== '')
  if (addresses.length === 0) {
    const detail = 'Name the Admin API of a control plane: endpoints = ["https://…:9180"], or ANTIPODE_ENDPOINTS.'
    throw refused('No endpoint is given', detail, ['endpoints'])
  }
  const wrong = addresses.find((address) => !URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol))
  if (wrong !== undefined) {
    const detail = `${JSON.stringify(wrong)} is no address that begins with http:// or https://.`
    throw refused('An endpoint is no address', detail, ['endpoints'])
  }
  return addresses
}

function switchoverOf({ switchover_command = null }: ValueObject): SwitchoverCommand | null {
  if (!isList(switchover_command)) return null
  const command = switchover_command.map(String)
  if (command[0]) return new SwitchoverCommand(command)
  const detail = `It is ${JSON.stringify(command)}; write a program and its arguments, or nothing.`
  throw refused('switchover_command names no program', detail, ['switchover_command'])
}

/** PEM itself, or what is in the file of that name. */
function pem(name: string, text: string | null): string | null {
  if (text === null || text.includes('-----BEGIN ')) return text
  try {
    return readFileSync(text, 'utf8')
  } catch (error) {
    const { code = 'unreadable' } = error as NodeJS.ErrnoException
    // It may be a key that was pasted without its first line.
    const shown = name === 'client_key' || text.includes('\n') ? '' : `${JSON.stringify(text)}: `
    throw refused(`${name} is neither PEM nor a file`, `${shown}${code}.`, [name])
  }
}
