import type { Link, LocalRegion, LocalTopology } from '../../local/local-topology.ts'
import type { CompiledDrill } from '../compile/compile-drill.ts'
import type { Checked } from '../verdict/evidence.ts'
import { askStates } from '../writes/admin-region.ts'
import { SETTLE_PATIENCE, settledConfiguration } from './settled-configuration.ts'

/** What was normal before the drill touched anything. */
export interface Baseline {
  /** Regions the GSLB answers with, sorted, joined by commas. */
  readonly answers: string
  /** Configuration hash in every region; null when they differed. */
  readonly hash: string | null
  /** Hash of the synthesised stacks; null when it is not asked for. */
  readonly synth: string | null
}

export async function takeBaseline(
  local: LocalTopology,
  regions: readonly LocalRegion[],
  synth: string | null,
  independent: boolean,
): Promise<Baseline> {
  const [answers, { hash }] = await Promise.all([
    answersOf(local),
    settledConfiguration(regions, SETTLE_PATIENCE, independent),
  ])
  return { answers, hash, synth }
}

/** Each sentence under `after`, checked once everything is undone. */
export async function checkAfter(
  drill: CompiledDrill,
  local: LocalTopology,
  regions: readonly LocalRegion[],
  baseline: Baseline,
  synth: () => Promise<string>,
  differences: () => Promise<string>,
): Promise<Checked[]> {
  const checks = drill.spec.after.map(async ({ text, kind }): Promise<Checked> => {
    switch (kind) {
      case 'answers': {
        const answers = await answersOf(local)
        return { text, held: answers === baseline.answers, detail: `${answers}, before ${baseline.answers}` }
      }
      case 'overrides': {
        const overrides = await overridesOf(local, regions)
        return { text, held: overrides.length === 0, detail: overrides.join('; ') || 'no link touched, no region held' }
      }
      case 'drift': {
        const { hash, drift } = await settledConfiguration(regions, SETTLE_PATIENCE, drill.independent)
        const detail =
          hash === null
            ? [await differences(), drift].filter(Boolean).join('; ')
            : `${hash.slice(0, 8)}, before ${baseline.hash?.slice(0, 8) ?? 'differing'}`
        return { text, held: hash !== null && hash === baseline.hash, detail }
      }
      case 'synth': {
        const stacks = await synth()
        return {
          text,
          held: stacks === baseline.synth,
          detail: `${stacks.slice(0, 8)}, before ${baseline.synth?.slice(0, 8)}`,
        }
      }
    }
  })
  return Promise.all(checks)
}

export async function answersOf(local: LocalTopology): Promise<string> {
  const { answers } = await local.gslb()
  return answers
    .map(({ region }) => region)
    .sort()
    .join(',')
}

function conditionOf({ cut, delay, loss }: Link): string {
  if (cut) return 'is cut'
  return delay > 0 ? `is delayed by ${delay} ms` : `loses ${Math.round(loss * 100)} %`
}

/** What somebody has set by hand and not taken back: links that are cut or delayed, holds on a region. */
async function overridesOf(local: LocalTopology, regions: readonly LocalRegion[]): Promise<string[]> {
  const links = (await local.links()).filter(({ cut, delay, loss }) => cut || delay > 0 || loss > 0)
  const afflictions = await local.afflictions()
  const held = (await askStates(regions)).filter(({ state }) => state.hold !== null)
  return [
    ...links.map((link) => `the link ${link.from} → ${link.to} ${conditionOf(link)}`),
    ...afflictions.map(({ kind, region }) => `${kind}${region === null ? '' : ` in ${region}`} is in force`),
    ...held.map(({ region }) => `${region.name} is held`),
  ]
}
