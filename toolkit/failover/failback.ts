import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { isPrimary, type Orphans, readOrphans } from './database-questions.ts'
import type { FailoverDriver, FailoverRegion } from './failover-driver.ts'
import { awaitState } from './operator-client.ts'
import {
  type ProcedureContext,
  type ProcedureOptions,
  type ProcedurePlan,
  type ProcedureResult,
  planned,
  refused,
  withDeployment,
  writerOf,
} from './procedure.ts'
import { switchOver } from './switchover.ts'

/**
 * Brings a lost region back and gives the right to write back to it: starts what is dead there (its control plane stays
 * fenced), keeps the rows that only the old primary holds, rebuilds its database from the writer's, waits until it
 * streams, confirms and shows the same configuration, and switches over.
 */
export function failback(
  driver: FailoverDriver,
  options: ProcedureOptions & { readonly to: string },
  progress: (line: string) => void = () => {},
): Promise<ProcedureResult> {
  return withDeployment(driver, progress, (context) => failBack(context, options, driver, progress))
}

async function failBack(
  context: ProcedureContext,
  options: ProcedureOptions & { readonly to: string },
  driver: FailoverDriver,
  progress: (line: string) => void,
): Promise<ProcedureResult> {
  const to = context.find(options.to)
  const writer = writerOf(context)
  if (!writer) throw refused('no control plane knows who writes')
  if (writer === options.to) throw refused(`${writer} writes already`)
  const from = context.find(writer)
  if (from.state?.role !== 'solo' && from.state?.role !== 'active') {
    throw refused(`${writer} is ${from.state?.role ?? 'out of reach'} and cannot be copied from`)
  }
  const plan = planOf(options.to, writer)
  const outline = { procedure: 'failback', from: writer, to: options.to, plan } as const
  const only = planned(outline, options)
  if (only) return only

  await driver.startRegion(options.to)
  context.mark('started', `${options.to}: every process runs`)
  const { orphans, lost } = await rebuildWhereNeeded(context, to.region, from.region)
  await awaitState(context.client, from.region, 'confirmed writing', (state) => state.role === 'active', 30)
  context.mark('streaming', `${options.to} streams and confirms`)
  await awaitEqual(context, to.region, from.region)
  context.mark('equal', `${options.to} and ${writer} hold the same configuration`)
  const switched = await withDeployment(driver, progress, (now) => switchOver(now, { to: options.to, yes: true }))
  return {
    ...{ ...outline, done: true, epoch: switched.epoch, writer: options.to, lostAtMost: { seconds: 0 }, inDoubt: [] },
    ...{ lost, orphans, frozenMilliseconds: switched.frozenMilliseconds ?? 0 },
    marks: { ...context.marks, ...switched.marks },
  }
}

/** A database that still streams from the writer is left as it is; any other is replaced. */
async function rebuildWhereNeeded(context: ProcedureContext, to: FailoverRegion, from: FailoverRegion) {
  const state = await context.client.state(to)
  const follows =
    state?.role === 'standby' && state.database.streaming && state.epoch === context.find(from.name).state?.epoch
  if (follows) return { orphans: null, lost: [] }
  let orphans: string | null = null
  let lost: string[] = []
  if (await isPrimary(to)) {
    const found = await readOrphans(to, from)
    lost = found.writes.filter(({ durability }) => durability === 'local').map(({ id }) => id)
    orphans = await keepOrphans(context.deployment.folder, found)
    context.mark('exported', `${to.name}: ${found.writes.length} writes stood only there, ${lost.length} acknowledged`)
  }
  const started = performance.now()
  await context.driver.rejoin(to.name, from.name)
  context.mark('rebuilt', `${to.name} rebuilt in ${((performance.now() - started) / 1000).toFixed(1)} s`)
  return { orphans, lost }
}

/** @returns the file, or null where there is nothing to keep */
async function keepOrphans(folder: string, found: Orphans): Promise<string | null> {
  if (found.writes.length === 0 && found.changes.length === 0) return null
  const file = path.join(folder, 'orphans', `${found.region}-${new Date().toISOString().replaceAll(':', '-')}.json`)
  await mkdir(path.dirname(file), { recursive: true })
  await writeFile(file, `${JSON.stringify(found, null, 2)}\n`)
  return file
}

async function awaitEqual(context: ProcedureContext, to: FailoverRegion, from: FailoverRegion): Promise<void> {
  const deadline = performance.now() + 30_000
  for (;;) {
    const [a, b] = await Promise.all([context.client.state(to), context.client.state(from)])
    const isEqual = a?.hash === b?.hash && isDeepStrictEqual(a?.groups, b?.groups)
    if (a && b && isEqual && a.lineage === b.lineage && a.role === 'standby' && a.database.streaming) return
    if (performance.now() > deadline) throw refused(`${to.name} does not come to hold what ${from.name} holds`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

function planOf(to: string, writer: string): ProcedurePlan {
  return {
    steps: [
      `start what is dead in ${to}; its control plane stays fenced`,
      `keep the rows that only ${to} holds`,
      `rebuild its database from ${writer}`,
      'wait until it confirms and both hold the same configuration',
      `switch over to ${to}`,
    ],
    expected: 'ready in about 5 s, then writes frozen about 0.4 s; nothing more is lost',
    lostAtMost: { seconds: 0 },
    needsAllowDataLoss: null,
  }
}
