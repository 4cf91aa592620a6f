import type { Option } from 'commander'
import { AntipodeError } from '../../../runtime/model/errors.ts'
import { flag, wholeNumber } from '../../command.ts'
import { BACKENDS, type BackendName } from '../backend.ts'

export interface ConnectionFlags {
  readonly backend: BackendName
  readonly server?: string
  readonly token?: string
  readonly dataDir?: string
  readonly gatewayGroup: string
  readonly labelSelector: Readonly<Record<string, string>>
  readonly includeResourceType?: readonly string[]
  readonly excludeResourceType?: readonly string[]
  /** Milliseconds. */
  readonly timeout: number
  readonly caCertFile?: string
  readonly tlsClientCertFile?: string
  readonly tlsClientKeyFile?: string
  readonly tlsSkipVerify?: boolean
  readonly verbose: number
}

/** The kinds of resources that stand at the top of a file; what is nested in one goes with it. */
export const TOP_LEVEL_TYPES = [
  'service',
  'ssl',
  'consumer',
  'consumer_group',
  'global_rule',
  'plugin_metadata',
] as const

/** A flag that reads ADC's variable where ours is not set. */
export function adcFlag(flags: string, description: string): Option {
  const option = flag(flags, description)
  const ours = option.envVar ?? ''
  const theirs = ours.replace(/^ANTIPODE_/, 'ADC_')
  return process.env[ours] === undefined && process.env[theirs] ? option.env(theirs) : option
}

/** What every command takes that speaks to control planes. */
export function connectionFlags(): Option[] {
  return [
    adcFlag('--backend <name>', 'the kind of Admin API').choices(BACKENDS).default('apisix'),
    adcFlag(
      '--server <urls>',
      'Admin API of one control plane, or of several: a,b or east=a,west=b (default: the running `up`, or else http://localhost:9180)',
    ),
    adcFlag('--token <keys>', 'the admin key; one for all servers, or one each, separated by commas'),
    flag('--data-dir <directory>', 'the data directory of the `up` that is meant'),
    adcFlag('--gateway-group <name>', 'the gateway group').default('default'),
    adcFlag('--label-selector <key=value>', 'only resources with this label; may be repeated, or hold several')
      .default({}, 'none')
      .argParser(readSelector),
    adcFlag('--include-resource-type <type>', 'only this kind of resource; may be repeated').argParser(readTypes),
    adcFlag('--exclude-resource-type <type>', 'all but this kind of resource; may be repeated').argParser(readTypes),
    adcFlag('--timeout <duration>', 'how long one request may take, as 10s or 500ms')
      .default(10_000, '10s')
      .argParser(readDuration),
    adcFlag('--ca-cert-file <file>', 'an authority to trust, PEM'),
    adcFlag('--tls-client-cert-file <file>', 'a certificate to show, PEM'),
    adcFlag('--tls-client-key-file <file>', 'its key, PEM'),
    adcFlag('--tls-skip-verify', "do not check the server's certificate"),
    adcFlag('--verbose <level>', '0 says nothing but results, 1 what is done, 2 every request')
      .default(1)
      .argParser(wholeNumber('--verbose', 0, 2)),
  ]
}

function readSelector(text: string, before: Readonly<Record<string, string>>): Record<string, string> {
  const pairs = text.split(',').map((pair) => {
    const [, key, value] = /^([^=]+)=(.*)$/.exec(pair.trim()) ?? []
    if (key === undefined || value === undefined) throw usage(`--label-selector is key=value, not '${pair}'`)
    return [key, value] as const
  })
  return { ...before, ...Object.fromEntries(pairs) }
}

function readTypes(text: string, before: readonly string[] = []): string[] {
  const types = text.split(',').map((type) => type.trim())
  const unknown = types.find((type) => !(TOP_LEVEL_TYPES as readonly string[]).includes(type))
  if (unknown !== undefined) throw usage(`'${unknown}' is no kind of resource; known are ${TOP_LEVEL_TYPES.join(', ')}`)
  return [...before, ...types]
}

const UNITS = { ms: 1, s: 1_000, m: 60_000 } as const

function readDuration(text: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(ms|s|m)$/.exec(text) ?? []
  const milliseconds = Number(number) * UNITS[unit as keyof typeof UNITS]
  if (milliseconds >= 1 && milliseconds <= 2 ** 31 - 1) return milliseconds
  throw usage(`--timeout is a duration like 10s or 500ms, not '${text}'`)
}

function usage(reason: string): AntipodeError {
  return new AntipodeError('USAGE', { reason })
}
