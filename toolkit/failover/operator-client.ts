import { Agent, request } from 'undici'
import { AntipodeError } from '../../runtime/model/errors.ts'
import type { RegionChange, RegionState } from '../../runtime/model/region-state.ts'
import type { Deployment, FailoverRegion } from './failover-driver.ts'

/** A change of role waits out a lease and a promotion. */
const CHANGE_TIMEOUT = 60_000
const STATE_TIMEOUT = 2_000

/** Speaks to the control planes of a deployment as its operator, over mutual TLS. */
export class OperatorClient {
  readonly #agent: Agent

  constructor(operator: Deployment['operator']) {
    this.#agent = new Agent({
      connect: {
        ...{ ca: operator.ca, cert: operator.certificate, key: operator.key, minVersion: 'TLSv1.3' as const },
        timeout: STATE_TIMEOUT,
        checkServerIdentity: (_host, certificate) =>
          /URI:spiffe:\/\/[^/]+\/region\/[^/]+\/control-plane(,|$)/.test(certificate.subjectaltname ?? '')
            ? undefined
            : new Error('the server is not a control plane'),
      },
    })
  }

  /** Null where the region's control plane does not answer. */
  async state(region: FailoverRegion): Promise<RegionState | null> {
    try {
      const answer = await request(`${region.sync}/antipode/region`, {
        dispatcher: this.#agent,
        headersTimeout: STATE_TIMEOUT,
        bodyTimeout: STATE_TIMEOUT,
      })
      return (await answer.body.json()) as RegionState
    } catch {
      return null
    }
  }

  /** @throws AntipodeError ANTIPODE_REFUSED with the control plane's reason */
  async change(region: FailoverRegion, change: RegionChange): Promise<RegionState & Record<string, unknown>> {
    const answer = await request(`${region.sync}/antipode/region`, {
      method: 'PUT',
      dispatcher: this.#agent,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(change),
      headersTimeout: CHANGE_TIMEOUT,
    }).catch((error: Error) => {
      throw new AntipodeError('ANTIPODE_REFUSED', { reason: `${region.name} cannot be reached: ${error.message}` })
    })
    const body = (await answer.body.json()) as RegionState & Record<string, unknown>
    if (answer.statusCode === 200) return body
    throw new AntipodeError('ANTIPODE_REFUSED', { reason: String(body.reason ?? body.error_msg) })
  }

  async close(): Promise<void> {
    await this.#agent.destroy()
  }
}

/** Polls until the region's state satisfies the condition. @throws AntipodeError ANTIPODE_REFUSED after `seconds` */
export async function awaitState(
  client: OperatorClient,
  region: FailoverRegion,
  what: string,
  condition: (state: RegionState) => boolean,
  seconds: number,
): Promise<RegionState> {
  const deadline = performance.now() + seconds * 1000
  for (;;) {
    const state = await client.state(region)
    if (state && condition(state)) return state
    if (performance.now() > deadline) {
      const is = state ? `it is ${state.role} (${state.reason})` : 'its control plane does not answer'
      throw new AntipodeError('ANTIPODE_REFUSED', { reason: `${region.name}: ${what} not within ${seconds} s; ${is}` })
    }
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
