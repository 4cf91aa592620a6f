import type { GlobalAcceleratorClient } from '@aws-sdk/client-global-accelerator'
import type { Step } from '../steps/step.ts'
import { type AnswerChange, type AnswerState, answerStep, asking, type TrafficSwitch } from './traffic-switch.ts'

export interface AcceleratorSwitchOptions {
  /** ARNs of the endpoint groups, by region. */
  readonly groups: Readonly<Record<string, string>>
  readonly expected: string
}

/** The API of Global Accelerator is there and nowhere else. */
const HOME = 'us-west-2'
const OPEN = 100

/**
 * The dials of Global Accelerator's endpoint groups: 100 % or 0 %. A dial at 0 keeps callers away only while another
 * group is healthy, since failing over ignores dials; connections that are open stay.
 */
export class AcceleratorSwitch implements TrafficSwitch {
  readonly kind = 'accelerator'
  readonly #options: AcceleratorSwitchOptions
  #client: GlobalAcceleratorClient | undefined

  constructor(options: AcceleratorSwitchOptions) {
    this.#options = options
  }

  states(): Promise<AnswerState[]> {
    return Promise.all(
      Object.entries(this.#options.groups).map(([region, arn]) =>
        asking(`the endpoint group of ${region}`, async () => {
          const { DescribeEndpointGroupCommand } = await import('@aws-sdk/client-global-accelerator')
          const client = await this.#open()
          const { EndpointGroup: group } = await client.send(
            new DescribeEndpointGroupCommand({ EndpointGroupArn: arn }),
          )
          const dial = group?.TrafficDialPercentage ?? OPEN
          return { region, on: dial > 0, because: `dial ${dial} %` }
        }),
      ),
    )
  }

  answerFrom(regions: readonly string[]): Step {
    const { groups, expected } = this.#options
    return answerStep({
      ...{ known: Object.keys(groups), wanted: regions, expected },
      states: () => this.states(),
      change: (changes) => this.#change(changes),
    })
  }

  close(): void {
    this.#client?.destroy()
  }

  async #change(changes: readonly AnswerChange[]): Promise<void> {
    const { UpdateEndpointGroupCommand } = await import('@aws-sdk/client-global-accelerator')
    const client = await this.#open()
    for (const { region, on } of changes) {
      await asking(`the endpoint group of ${region}`, () =>
        client.send(
          new UpdateEndpointGroupCommand({
            EndpointGroupArn: this.#options.groups[region],
            TrafficDialPercentage: on ? OPEN : 0,
          }),
        ),
      )
    }
  }

  async #open(): Promise<GlobalAcceleratorClient> {
    const { GlobalAcceleratorClient } = await import('@aws-sdk/client-global-accelerator')
    this.#client ??= new GlobalAcceleratorClient({ region: HOME })
    return this.#client
  }
}
