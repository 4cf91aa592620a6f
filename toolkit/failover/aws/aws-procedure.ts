import { AntipodeError } from '../../../runtime/model/errors.ts'
import type { DatabaseDriver } from '../drivers/database-driver.ts'
import type { FailoverRegion } from '../failover-driver.ts'
import type { OperatorClient } from '../operator-client.ts'
import type { Step } from '../steps/step.ts'
import type { TrafficSwitch } from '../switches/traffic-switch.ts'
import { askStep, drainSteps, idleStep, type Pair, takeOverStep } from './control-plane-steps.ts'
import type { Deployed } from './deployed.ts'

export type ProcedureKind = 'switchover' | 'failover' | 'failback'

export interface AwsParts {
  readonly deployed: Deployed
  readonly driver: DatabaseDriver
  /** @default none: callers stay where they are */
  readonly trafficSwitch?: TrafficSwitch | undefined
  /** @default none: somebody else gives control planes their orders */
  readonly client?: OperatorClient | undefined
}

export interface AwsPlan {
  readonly from: string
  readonly to: string
  readonly steps: readonly Step[]
  /** What is left to people. */
  readonly left: readonly string[]
  /** Why `allowDataLoss` is needed; null where nothing can be lost. */
  readonly needsAllowDataLoss: string | null
}

/** Said of every unplanned promotion on AWS. */
const UNPROVEN =
  'replication between regions is asynchronous on AWS, and that what was confirmed there survives a promotion is unproven'

/** @throws AntipodeError USAGE for a region without a database, or where control planes are needed and not given */
export async function planOnAws(kind: ProcedureKind, to: string, parts: AwsParts): Promise<AwsPlan> {
  const { deployed, driver, trafficSwitch, client } = parts
  const from = peerOf(deployed, to)
  const pair = client && { client, from: regionOf(deployed, from), to: regionOf(deployed, to) }
  const left = leftToDo(deployed, trafficSwitch)
  const known = trafficSwitch ? (await trafficSwitch.states()).map(({ region }) => region) : []
  if (kind === 'failover') {
    return {
      ...{ from, to, needsAllowDataLoss: UNPROVEN },
      steps: [
        ...(trafficSwitch ? [trafficSwitch.answerFrom(known.filter((region) => region !== from))] : []),
        ...(pair ? [askStep(pair)] : []),
        ...driver.failover(to),
        ...(pair ? [takeOverStep(pair, { drained: false, confirmed: false })] : []),
      ],
      left: [
        ...left,
        ...(pair ? [] : [`run this again with --operator where ${regionOf(deployed, to).sync} can be reached`]),
        `once ${from} is back: antipode failback --engine aws --to ${from}`,
      ],
    }
  }
  if (!pair) throw new AntipodeError('USAGE', { reason: `a ${kind} asks control planes who writes; give --operator` })
  const follows = driver.capabilities().oldWriter === 'follows'
  if (kind === 'switchover') {
    const rebuild = `antipode failback --engine aws --to ${from}, which gives it a database that follows again`
    return {
      ...{ from, to, needsAllowDataLoss: null },
      steps: moveSteps(driver, pair, to),
      left: follows ? left : [...left, rebuild],
    }
  }
  const usual = deployed.switch?.kind === 'accelerator' ? deployed.switch.usual : known
  const back = trafficSwitch ? [trafficSwitch.answerFrom(usual)] : []
  if (follows) {
    const steps = [...driver.rejoin(to, from), ...back, ...moveSteps(driver, pair, to)]
    return { from, to, steps, left, needsAllowDataLoss: null }
  }
  const generation = Number(/-g(\d+)$/.exec(deployed.database.identifiers[to] ?? '')?.[1] ?? 0) + 1
  return {
    ...{ from, to, needsAllowDataLoss: null },
    steps: [idleStep(pair), ...driver.fence(to), ...driver.rejoin(to, from), ...back],
    left: [
      ...left,
      `write in the topology: ${to}: { role: standby, database: { generation: ${generation}, from: { region: ${from} } } }`,
      `import the new instance into the stack ${deployed.topology}-${to}-data, then apply it`,
      `antipode switchover --engine aws --to ${to}`,
    ],
  }
}

/** The planned move of the right to write, whose point of no return is AWS's. */
function moveSteps(driver: DatabaseDriver, pair: Pair, to: string): Step[] {
  const follows = driver.capabilities().oldWriter === 'follows'
  // Aurora itself waits until the other member holds everything.
  return [
    askStep(pair),
    ...drainSteps(pair, !follows),
    ...driver.switchover(to),
    takeOverStep(pair, { drained: true, confirmed: follows }),
  ]
}

function leftToDo(deployed: Deployed, trafficSwitch: TrafficSwitch | undefined): string[] {
  if (trafficSwitch || !deployed.switchUnknown) return []
  return ['callers: --outputs, of the stack that holds the switch, is needed to move them']
}

function peerOf({ database, topology }: Deployed, to: string): string {
  const regions = Object.keys(database.identifiers)
  const peer = regions.find((region) => region !== to)
  if (regions.includes(to) && peer) return peer
  const reason = `${to} is not a region of ${topology} with a database; it has ${regions.join(', ')}`
  throw new AntipodeError('USAGE', { reason })
}

export function regionOf({ control_planes: all }: Deployed, name: string): FailoverRegion {
  const { url = '', index = 0 } = all[name] ?? {}
  return { name, index, sync: url, database: '' }
}
