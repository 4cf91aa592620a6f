import assert from 'node:assert/strict'
import { type OfflineTerraform, startOfflineTerraform } from '../../toolkit/offline/offline-terraform.ts'
import type { PlannedResource } from '../../toolkit/offline/terraform/planned-resources.ts'
import { relateStacks, type SynthesisedStack } from '../../toolkit/offline/terraform/synthesised-stack.ts'
import { findTerraform } from '../../toolkit/offline/terraform/terraform.ts'
import type { Topology } from '../../topology/index.ts'
import { passed } from '../toolkit/offline/deploy.ts'
import { eachOnce } from '../toolkit/offline/each-once.ts'
import { deployable, synthesise } from './synthesise.ts'

/** What a plan does, stack by stack: `create aws_db_instance.database_g2`. */
export type Planned = Readonly<Record<string, readonly string[]>>

/** The databases of a topology, and what they rest on, deployed by the real Terraform against the offline provider. */
export interface DeployedDatabases {
  /** What happens there, Terraform learns at its next plan. */
  readonly cloud: OfflineTerraform['cloud']
  /** What Terraform would do to the stacks of databases; stacks of which it would leave everything alone are left out. */
  plan(topology: Topology): Promise<Planned>
  /** Why the same plan would be refused if constructs ignored nothing. */
  planUnguarded(topology: Topology): Promise<readonly string[]>
  /** Plans and applies, asserting that nothing is left to change after that. */
  apply(topology: Topology): Promise<Planned>
  close(): Promise<void>
}

export async function deployDatabases(topology: Topology): Promise<DeployedDatabases> {
  const stacks = stacksOf(topology)
  const offline = await startOfflineTerraform({ terraform: await findTerraform(process.env), stacks, env: process.env })
  await eachOnce(stacks, async (stack) => {
    passed(await offline.place(stack))
    passed(await offline.planAndApply(stack.name))
  })
  const planStack = async (stack: SynthesisedStack): Promise<readonly string[]> => {
    passed(await offline.place(stack))
    passed(await offline.plan(stack.name))
    return (await offline.planned(stack.name)).map(describe).sort()
  }
  return {
    cloud: offline.cloud,
    plan: async (wanted) => collect(ofDatabases(wanted), planStack),
    planUnguarded: async (wanted) => {
      const refused: string[] = []
      await eachOnce(ofDatabases(wanted).map(unguarded), async (stack) => {
        passed(await offline.place(stack))
        const { findings } = await offline.plan(stack.name)
        refused.push(...findings.map(({ summary }) => summary))
      })
      return refused.sort()
    },
    apply: async (wanted) => {
      const all = ofDatabases(wanted)
      const planned = await collect(all, async (stack) => {
        const actions = await planStack(stack)
        passed(await offline.apply(stack.name))
        return actions
      })
      assert.deepEqual(await collect(all, planStack), {}, 'nothing is left to change')
      return planned
    },
    close: () => offline.close(),
  }
}

async function collect(
  stacks: readonly SynthesisedStack[],
  plan: (stack: SynthesisedStack) => Promise<readonly string[]>,
): Promise<Planned> {
  const planned: Record<string, readonly string[]> = {}
  await eachOnce(stacks, async (stack) => {
    const actions = await plan(stack)
    if (actions.length > 0) planned[stack.name] = actions
  })
  return planned
}

/** What they rest on is there already. */
function ofDatabases(topology: Topology): SynthesisedStack[] {
  return stacksOf(topology).filter(({ name }) => /-(data|replication)$/.test(name))
}

function unguarded(stack: SynthesisedStack): SynthesisedStack {
  const { resource = {} } = stack.document
  const types = Object.entries(resource).map(([type, named]) => {
    const blocks = Object.entries(named).map(([name, block]) => [name, { ...(block as object), lifecycle: undefined }])
    return [type, Object.fromEntries(blocks)]
  })
  return { ...stack, document: { ...stack.document, resource: Object.fromEntries(types) } }
}

function stacksOf(topology: Topology): SynthesisedStack[] {
  const wanted = /-(foundation|network|data|replication)$/
  return relateStacks(deployable(synthesise(topology))).filter(({ name }) => wanted.test(name))
}

function describe({ action, address, replacedFor }: PlannedResource): string {
  // What CDKTF adds to a name to make it one of its own says nothing here.
  return [action, address.replace(/_[0-9A-F]{8}$/, ''), ...replacedFor.map((name) => `for ${name}`)].join(' ')
}
