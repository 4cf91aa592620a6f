import { AntipodeError } from '../../runtime/model/errors.ts'
import type { RegionState } from '../../runtime/model/region-state.ts'
import type { Deployment, FailoverDriver, FailoverRegion } from './failover-driver.ts'
import { OperatorClient } from './operator-client.ts'

export interface ProcedureOptions {
  /** Carry it out; without it the plan is returned and nothing is touched. */
  readonly yes: boolean
  readonly allowDataLoss?: boolean
}

/** What a procedure would do, and what it might cost. */
export interface ProcedurePlan {
  readonly steps: readonly string[]
  readonly expected: string
  /** Upper bound of what acknowledged writes may be lost, in seconds of writing. */
  readonly lostAtMost: { readonly seconds: number }
  /** Why `allowDataLoss` is needed; null where nothing can be lost. */
  readonly needsAllowDataLoss: string | null
}

export interface ProcedureResult {
  readonly procedure: 'switchover' | 'failover' | 'failback' | 'solo' | 'hold'
  readonly from: string | null
  readonly to: string
  /** False where only the plan was asked for. */
  readonly done: boolean
  readonly plan: ProcedurePlan
  readonly epoch: number | null
  readonly writer: string | null
  readonly lostAtMost: { readonly seconds: number }
  /** Ids on the survivor that are not known as answered: an upper bound. */
  readonly inDoubt: readonly string[]
  /** Ids of acknowledged writes found only on the old primary; known to failback alone. */
  readonly lost?: readonly string[]
  /** Where the old primary's own rows were kept before it was rebuilt; null when it had none. */
  readonly orphans?: string | null
  readonly frozenMilliseconds?: number
  /** When each step was done, ISO 8601. */
  readonly marks: Readonly<Record<string, string>>
}

/** Everything a procedure works with. */
export interface ProcedureContext {
  readonly driver: FailoverDriver
  readonly client: OperatorClient
  readonly deployment: Deployment
  readonly regions: readonly { readonly region: FailoverRegion; readonly state: RegionState | null }[]
  readonly marks: Record<string, string>
  /** Notes the time of a step, and tells whoever watches. */
  mark(name: string, line: string): void
  find(region: string): { readonly region: FailoverRegion; readonly state: RegionState | null }
}

/** Opens what a procedure needs, asks every region for its state, and closes it afterwards. */
export async function withDeployment<T>(
  driver: FailoverDriver,
  progress: (line: string) => void,
  work: (context: ProcedureContext) => Promise<T>,
): Promise<T> {
  const deployment = await driver.describe()
  const client = new OperatorClient(deployment.operator)
  const marks: Record<string, string> = {}
  try {
    const regions = await Promise.all(
      deployment.regions.map(async (region) => ({ region, state: await client.state(region) })),
    )
    return await work({
      ...{ driver, client, deployment, regions, marks },
      mark: (name, line) => {
        marks[name] = new Date().toISOString()
        progress(line)
      },
      find: (name) => {
        const found = regions.find(({ region }) => region.name === name)
        if (found) return found
        const known = deployment.regions.map((region) => region.name).join(', ')
        throw new AntipodeError('USAGE', {
          reason: `${name} is not a region of ${deployment.topology}; it has ${known}`,
        })
      },
    })
  } finally {
    await client.close()
  }
}

/** The region that may write, or that wrote last as far as any control plane that answers knows. */
export function writerOf(context: ProcedureContext): string | null {
  const states = context.regions.flatMap(({ state }) => (state ? [state] : []))
  const writing = states.find((state) => state.role === 'active' || state.role === 'solo')
  if (writing) return writing.region
  return states.sort((a, b) => b.epoch - a.epoch)[0]?.writer ?? null
}

/** The plan alone, or exit 3 where it might lose data and nobody has allowed that. */
export function planned(
  result: Omit<ProcedureResult, 'done' | 'epoch' | 'writer' | 'lostAtMost' | 'inDoubt' | 'marks'>,
  options: ProcedureOptions,
): ProcedureResult | undefined {
  const { plan } = result
  if (options.yes && plan.needsAllowDataLoss && !options.allowDataLoss) {
    throw new AntipodeError('ANTIPODE_REFUSED', {
      reason: `${plan.needsAllowDataLoss}; at most ${plan.lostAtMost.seconds} s of acknowledged writes may be lost. To accept that, add --allow-data-loss`,
      lostAtMost: plan.lostAtMost,
    })
  }
  if (options.yes) return undefined
  return { ...result, done: false, epoch: null, writer: null, lostAtMost: plan.lostAtMost, inDoubt: [], marks: {} }
}

/** Why a procedure does not go on; exit 3. */
export function refused(reason: string): AntipodeError {
  return new AntipodeError('ANTIPODE_REFUSED', { reason })
}
