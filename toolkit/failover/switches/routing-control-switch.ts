import type { Route53RecoveryClusterClient } from '@aws-sdk/client-route53-recovery-cluster'
import { AntipodeError } from '../../../runtime/model/errors.ts'
import type { Step } from '../steps/step.ts'
import { type AnswerChange, type AnswerState, answerStep, type TrafficSwitch } from './traffic-switch.ts'

export interface RoutingControlSwitchOptions {
  /** ARNs by region. */
  readonly controls: Readonly<Record<string, string>>
  /** Of the cluster: five, of which AWS keeps three reachable. */
  readonly endpoints: readonly { readonly endpoint: string; readonly region: string }[]
  /** ARNs of rules that stand in the way and are to be overridden. @default none */
  readonly overrideSafetyRules?: readonly string[]
  readonly expected: string
}

type Sdk = typeof import('@aws-sdk/client-route53-recovery-cluster')

/** Milliseconds: an endpoint that is in a lost region must not hold up the next. */
const IMPATIENT = { connectionTimeout: 2_000, requestTimeout: 5_000 }
/** The cluster answered, and will answer the same everywhere. */
const FINAL = new Set([
  'AccessDeniedException',
  'ConflictException',
  'ResourceNotFoundException',
  'ValidationException',
])

/**
 * Routing controls of Application Recovery Controller. All that change do so in one call, which the cluster's safety
 * rules accept or refuse as a whole. Endpoints are tried in any order until one answers.
 */
export class RoutingControlSwitch implements TrafficSwitch {
  readonly kind = 'routing-control'
  readonly #options: RoutingControlSwitchOptions
  readonly #clients = new Map<string, Route53RecoveryClusterClient>()

  constructor(options: RoutingControlSwitchOptions) {
    this.#options = options
  }

  states(): Promise<AnswerState[]> {
    return Promise.all(
      Object.entries(this.#options.controls).map(async ([region, arn]) => {
        const { RoutingControlState: state } = await this.#call((client, { GetRoutingControlStateCommand }) =>
          client.send(new GetRoutingControlStateCommand({ RoutingControlArn: arn })),
        )
        return { region, on: state === 'On', because: `routing control ${state}` }
      }),
    )
  }

  answerFrom(regions: readonly string[]): Step {
    const { controls, expected } = this.#options
    return answerStep({
      ...{ known: Object.keys(controls), wanted: regions, expected },
      states: () => this.states(),
      change: (changes) => this.#change(changes),
    })
  }

  close(): void {
    for (const client of this.#clients.values()) client.destroy()
  }

  async #change(changes: readonly AnswerChange[]): Promise<void> {
    const { controls, overrideSafetyRules = [] } = this.#options
    await this.#call((client, { UpdateRoutingControlStatesCommand }) =>
      client.send(
        new UpdateRoutingControlStatesCommand({
          UpdateRoutingControlStateEntries: changes.map(({ region, on }) => ({
            RoutingControlArn: controls[region],
            RoutingControlState: on ? 'On' : 'Off',
          })),
          ...(overrideSafetyRules.length > 0 && { SafetyRulesToOverride: [...overrideSafetyRules] }),
        }),
      ),
    )
  }

  /** @throws AntipodeError ANTIPODE_REFUSED for a safety rule, DRIVER_FAILED where no endpoint answers */
  async #call<T>(call: (client: Route53RecoveryClusterClient, sdk: Sdk) => Promise<T>): Promise<T> {
    const sdk = await import('@aws-sdk/client-route53-recovery-cluster')
    const failures: string[] = []
    for (const { endpoint, region } of shuffled(this.#options.endpoints)) {
      const known = this.#clients.get(endpoint)
      const client =
        known ?? new sdk.Route53RecoveryClusterClient({ endpoint, region, requestHandler: IMPATIENT, maxAttempts: 1 })
      this.#clients.set(endpoint, client)
      try {
        return await call(client, sdk)
      } catch (error) {
        const { name, message } = error as Error
        if (name === 'ConflictException') {
          const reason = `a safety rule forbids it: ${message}; --override-safety-rule <arn> overrides it`
          throw new AntipodeError('ANTIPODE_REFUSED', { reason }, { cause: error })
        }
        if (FINAL.has(name)) throw failed(message || name, error)
        failures.push(`${region}: ${message || name}`)
      }
    }
    throw failed(failures.join('; ') || 'it has no endpoints')
  }
}

function failed(reason: string, cause?: unknown): AntipodeError {
  return new AntipodeError('DRIVER_FAILED', { what: 'the cluster of routing controls', reason }, { cause })
}

/** AWS asks for any order, since endpoints take turns at being serviced. */
function shuffled<T>(all: readonly T[]): T[] {
  return all
    .map((value) => ({ value, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ value }) => value)
}
