import path from 'node:path'
import { nextEpoch } from '../../runtime/model/version.ts'
import { seconds } from '../../topology/index.ts'
import type { DatabaseUpgrades, FailoverDriver } from './failover-driver.ts'
import { type ProcedureContext, refused, withDeployment, writerOf } from './procedure.ts'
import { carryOut } from './steps/carry-out.ts'
import { ProcedureJournal } from './steps/procedure-journal.ts'
import { DONE, READY, type Step, underWay } from './steps/step.ts'
import { switchover } from './switchover.ts'

export interface UpgradeOptions {
  /** The major of PostgreSQL that both regions are to have. */
  readonly to: number
  /** Carry it out; without it the plan is returned and nothing is touched. */
  readonly yes: boolean
}

export interface UpgradeResult {
  readonly procedure: 'upgrade-database'
  readonly to: number
  /** False where only the plan was asked for. */
  readonly done: boolean
  readonly plan: { readonly steps: readonly string[]; readonly expected: string }
  readonly writer: string
  readonly epoch: number | null
  /** Major of each region's database. */
  readonly majors: Readonly<Record<string, number>>
  /** When each step was found done, ISO 8601. */
  readonly marks: Readonly<Record<string, string>>
}

export type UpgradableDriver = FailoverDriver & DatabaseUpgrades

const LOOK_EVERY = seconds(0.1)

/**
 * Brings both regions' databases to another major of PostgreSQL, while calls are served and, but for a switchover,
 * configuration is written.
 *
 * A database of the new major is built beside the standby's, subscribes to the writer's, takes the standby's place once
 * it holds everything, and is then given the right to write; in the same way the other region follows. A database of a
 * new cluster never writes in an old epoch, since it comes to write by a switchover alone. Where this was ended it is
 * run again: what is done is seen by looking.
 */
export async function upgradeDatabase(
  driver: UpgradableDriver,
  options: UpgradeOptions,
  progress: (line: string) => void = () => {},
): Promise<UpgradeResult> {
  return withDeployment(driver, progress, (context) => upgrade(context, driver, options, progress))
}

async function upgrade(
  context: ProcedureContext,
  driver: UpgradableDriver,
  options: UpgradeOptions,
  progress: (line: string) => void,
): Promise<UpgradeResult> {
  const plan = await planUpgrade(context, driver, options)
  const outline = {
    ...({ procedure: 'upgrade-database', to: options.to } as const),
    plan: { steps: plan.steps.map(({ what }) => what), expected: EXPECTED },
  }
  if (!options.yes) {
    return { ...outline, done: false, writer: plan.writer, epoch: null, majors: plan.majors, marks: {} }
  }
  const journal = new ProcedureJournal(path.join(context.deployment.folder, 'procedures.jsonl'))
  const name = { procedure: 'upgrade-database', to: String(options.to) }
  const marks = await carryOut(plan.steps, { name, journal, progress, every: LOOK_EVERY })
  const epoch = (await context.client.state(context.find(plan.first).region))?.epoch ?? null
  return { ...outline, done: true, writer: plan.first, epoch, majors: await majorsOf(context, driver), marks }
}

interface UpgradePlan {
  readonly steps: readonly Step[]
  readonly writer: string
  /** The region whose database is replaced first, and which then writes. */
  readonly first: string
  readonly majors: Readonly<Record<string, number>>
}

async function planUpgrade(
  context: ProcedureContext,
  driver: UpgradableDriver,
  { to }: UpgradeOptions,
): Promise<UpgradePlan> {
  await driver.checkUpgrade(to)
  const writer = writerOf(context)
  if (!writer) throw refused('no control plane knows who writes')
  const standby = context.deployment.regions.find(({ name }) => name !== writer)?.name
  if (!standby) throw refused(`${writer} has no standby`)
  const majors = await majorsOf(context, driver)
  const newer = Object.entries(majors).find(([, major]) => major > to)
  if (newer) throw refused(`the database of ${newer[0]} is PostgreSQL ${newer[1]} already`)
  const role = context.find(writer).state?.role
  if (role !== 'active') throw refused(`${writer} is ${role ?? 'out of reach'}; it must be confirmed by its standby`)
  // The writer has the new major where an earlier run was ended after its switchover.
  const [first, second] = majors[writer] === to ? [writer, standby] : [standby, writer]
  const epoch = context.find(writer).state!.epoch
  const target = context.find(first).region
  const steps = [
    ...replacing(context, driver, { region: first, from: second, to }),
    switchingOver(context, driver, first, nextEpoch(epoch, target.index)),
    ...replacing(context, driver, { region: second, from: first, to }),
  ]
  return { steps, writer, first, majors }
}

/** A database of the new major takes the place of a standby's. */
function replacing(
  { client, find }: ProcedureContext,
  driver: UpgradableDriver,
  { region, from, to }: { readonly region: string; readonly from: string; readonly to: number },
): Step[] {
  const isReplaced = async (): Promise<boolean> => (await driver.databaseOf(region)).major === to
  return [
    {
      id: `build-${region}`,
      what: `build a database of PostgreSQL ${to} for ${region} from ${from}, beside the one that is there`,
      expected: 'seconds, and what copying takes',
      look: async () => ((await isReplaced()) || (await driver.databaseOf(region)).beside === to ? DONE : READY),
      begin: () => driver.buildBeside(region, from, to),
      undo: async () => {
        if (await isReplaced()) return false
        await driver.discardBeside(region)
        return true
      },
    },
    {
      id: `move-in-${region}`,
      what: `have it take that one's place, once it holds all that ${region} has confirmed`,
      expected: 'less than a lease',
      look: async () => {
        if (!(await isReplaced())) return READY
        // As the writer, an earlier run has come further.
        const [own, other] = await Promise.all([client.state(find(region).region), client.state(find(from).region)])
        if (own?.role === 'active') return DONE
        const confirms = own?.role === 'standby' && own.database.streaming && other?.role === 'active'
        return confirms ? DONE : underWay(`${region} does not confirm yet`)
      },
      begin: () => driver.moveIn(region),
    },
  ]
}

function switchingOver({ client, find }: ProcedureContext, driver: UpgradableDriver, to: string, epoch: number): Step {
  return {
    id: `switchover-${to}`,
    what: `switch over to ${to}, in epoch ${epoch}`,
    expected: 'writes frozen about 1 s',
    irreversible: true,
    look: async () => ((await client.state(find(to).region))?.role === 'active' ? DONE : READY),
    begin: async () => {
      await switchover(driver, { to, yes: true })
    },
  }
}

async function majorsOf(context: ProcedureContext, driver: UpgradableDriver): Promise<Record<string, number>> {
  const regions = context.deployment.regions.map(async ({ name }) => {
    return [name, (await driver.databaseOf(name)).major] as const
  })
  return Object.fromEntries(await Promise.all(regions))
}

const EXPECTED = 'writes frozen about 1 s once, nothing lost, no call fails'
