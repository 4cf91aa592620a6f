import type { HealthCheckConfig, Route53Client } from '@aws-sdk/client-route-53'
import type { Step } from '../steps/step.ts'
import { type AnswerChange, type AnswerState, answerStep, asking, type TrafficSwitch } from './traffic-switch.ts'

export interface InvertedCheckSwitchOptions {
  /** Ids of the inverted checks, by region. */
  readonly checks: Readonly<Record<string, string>>
  readonly expected: string
}

interface Check extends AnswerState {
  readonly id: string
  readonly version: number | undefined
  readonly inverted: boolean
  /** Most checkers see the file that takes the region out. */
  readonly seen: boolean
}

/**
 * Inverted health checks of Route 53, turned by taking the inversion off: the file that a check looks for is not there,
 * so without it the check fails. Putting the file there does the same and needs nothing of AWS; this needs the control
 * plane of Route 53, which is in us-east-1.
 */
export class InvertedCheckSwitch implements TrafficSwitch {
  readonly kind = 'inverted-check'
  readonly #options: InvertedCheckSwitchOptions
  #client: Route53Client | undefined

  constructor(options: InvertedCheckSwitchOptions) {
    this.#options = options
  }

  states(): Promise<Check[]> {
    return Promise.all(Object.entries(this.#options.checks).map(([region, id]) => this.#check(region, id)))
  }

  answerFrom(regions: readonly string[]): Step {
    const { checks, expected } = this.#options
    return answerStep({
      ...{ known: Object.keys(checks), wanted: regions, expected },
      states: () => this.states(),
      change: (changes) => this.#change(changes),
      refusal: (changes, states) => {
        const held = (states as Check[]).filter(({ region, inverted, seen }) => {
          return inverted && seen && changes.some((change) => change.on && change.region === region)
        })
        if (held.length === 0) return undefined
        const files = held.map(({ because }) => because).join('; ')
        return `what takes ${held.map(({ region }) => region).join(' and ')} out must be removed first: ${files}`
      },
    })
  }

  close(): void {
    this.#client?.destroy()
  }

  async #check(region: string, id: string): Promise<Check> {
    const [{ HealthCheck: check }, { HealthCheckObservations: observations = [] }] = await asking(
      `the health check of ${region}`,
      async () => {
        const { GetHealthCheckCommand, GetHealthCheckStatusCommand } = await import('@aws-sdk/client-route-53')
        const client = await this.#open()
        return Promise.all([
          client.send(new GetHealthCheckCommand({ HealthCheckId: id })),
          client.send(new GetHealthCheckStatusCommand({ HealthCheckId: id })),
        ])
      },
    )
    const {
      Inverted: inverted = false,
      FullyQualifiedDomainName: host,
      ResourcePath: path,
    } = check?.HealthCheckConfig ?? ({} as Partial<HealthCheckConfig>)
    const successes = observations.filter(({ StatusReport: report }) => report?.Status?.startsWith('Success'))
    const seen = successes.length * 2 > observations.length
    const because = `https://${host}${path} ${seen ? 'is there' : 'is not there'}, and that is ${inverted ? '' : 'not '}inverted`
    return { region, id, version: check?.HealthCheckVersion, inverted, seen, on: inverted !== seen, because }
  }

  async #change(changes: readonly AnswerChange[]): Promise<void> {
    const { UpdateHealthCheckCommand } = await import('@aws-sdk/client-route-53')
    const client = await this.#open()
    const checks = await this.states()
    for (const { region, on } of changes) {
      const check = checks.find((one) => one.region === region)
      if (!check) continue
      await asking(`the health check of ${region}`, () =>
        client.send(
          new UpdateHealthCheckCommand({
            HealthCheckId: check.id,
            // Refused where somebody else has changed it meanwhile.
            HealthCheckVersion: check.version,
            Inverted: on !== check.seen,
          }),
        ),
      )
    }
  }

  async #open(): Promise<Route53Client> {
    const { Route53Client } = await import('@aws-sdk/client-route-53')
    this.#client ??= new Route53Client({ region: 'us-east-1' })
    return this.#client
  }
}
