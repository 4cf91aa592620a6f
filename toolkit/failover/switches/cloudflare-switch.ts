import { AntipodeError } from '../../../runtime/model/errors.ts'
import type { Step } from '../steps/step.ts'
import { type AnswerChange, type AnswerState, answerStep, asking, type TrafficSwitch } from './traffic-switch.ts'

export interface CloudflareSwitchOptions {
  readonly account: string
  /** Ids of the pools, by region. */
  readonly pools: Readonly<Record<string, string>>
  /** A token that may write monitors and pools. @default the variable CLOUDFLARE_API_TOKEN */
  readonly token?: string
  /** @default the variable CLOUDFLARE_BASE_URL, or Cloudflare's own */
  readonly api?: string
  readonly expected: string
}

interface Envelope {
  readonly success?: boolean
  readonly errors?: readonly { readonly code?: number; readonly message?: string }[]
  readonly result?: { readonly enabled?: boolean; readonly name?: string }
}

const TIMEOUT = 20_000

/** Cloudflare's pools, one a region, enabled or not. Terraform leaves them as it finds them. */
export class CloudflareSwitch implements TrafficSwitch {
  readonly kind = 'cloudflare'
  readonly #options: CloudflareSwitchOptions

  constructor(options: CloudflareSwitchOptions) {
    this.#options = options
  }

  states(): Promise<AnswerState[]> {
    return Promise.all(
      Object.entries(this.#options.pools).map(async ([region, pool]) => {
        const { result } = await this.#call('GET', pool)
        // Cloudflare leaves out what is so by default.
        const on = result?.enabled ?? true
        return { region, on, because: `pool ${result?.name ?? pool} ${on ? 'enabled' : 'disabled'}` }
      }),
    )
  }

  answerFrom(regions: readonly string[]): Step {
    const { pools, expected } = this.#options
    return answerStep({
      ...{ known: Object.keys(pools), wanted: regions, expected },
      states: () => this.states(),
      change: (changes) => this.#change(changes),
    })
  }

  /** It keeps nothing open. */
  close(): void {}

  async #change(changes: readonly AnswerChange[]): Promise<void> {
    for (const { region, on } of changes) await this.#call('PATCH', this.#options.pools[region] ?? '', { enabled: on })
  }

  #call(method: 'GET' | 'PATCH', pool: string, body?: object): Promise<Envelope> {
    const { account, token = process.env.CLOUDFLARE_API_TOKEN } = this.#options
    const api = this.#options.api ?? process.env.CLOUDFLARE_BASE_URL ?? 'https://api.cloudflare.com/client/v4'
    if (!token) {
      throw new AntipodeError('USAGE', { reason: 'set CLOUDFLARE_API_TOKEN to a token that may write pools' })
    }
    const what = `Cloudflare's pool ${pool}`
    return asking(what, async () => {
      const answer = await fetch(`${api}/accounts/${account}/load_balancers/pools/${pool}`, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        signal: AbortSignal.timeout(TIMEOUT),
        ...(body && { body: JSON.stringify(body) }),
      })
      const envelope = (await answer.json().catch(() => ({}))) as Envelope
      if (answer.ok && envelope.success) return envelope
      const said = envelope.errors?.map(({ code, message }) => `${message} (${code})`).join('; ')
      throw new Error(said || `it answered ${answer.status}`)
    })
  }
}
