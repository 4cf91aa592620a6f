import type { Snapshot, Values } from '../../../toolkit/review/snapshot.ts'
import { defineTopology, type TopologyDescription } from '../../../topology/index.ts'

/** A plan of the corpus, in fewer words than `terraform show -json` needs. */
export interface PlanCase {
  readonly stack: string
  /** @default <stack>.json */
  readonly file?: string
  /** The file as it is; nothing else counts then. */
  readonly text?: string
  /** In place of what the provider's tags of the stack say. */
  readonly tags?: Values
  readonly region?: string
  readonly changes?: readonly ChangeCase[]
  readonly drift?: readonly ChangeCase[]
  readonly relevant?: readonly { readonly resource: string; readonly attribute: readonly unknown[] }[]
  /** Written over the whole. */
  readonly more?: Values
  /** Puts the topology out: before as the base has it, after as the head. */
  readonly topology?: boolean
}

interface ChangeCase {
  readonly address: string
  readonly actions?: readonly string[]
  readonly reason?: string
  readonly before?: Values | null
  readonly after?: Values | null
  readonly unknown?: unknown
  readonly sensitive?: unknown
  readonly replace?: readonly (readonly string[])[]
  readonly previous?: string
  readonly importing?: unknown
  /** As many of it, numbered. */
  readonly repeat?: number
}

/** The plan as Terraform prints it. */
export function planText(plan: PlanCase, head: Snapshot | null, base: unknown, described: unknown): string {
  if (plan.text !== undefined) return plan.text
  const known = head?.stacks.get(plan.stack)
  const region = plan.region ?? known?.home ?? 'us-east-1'
  const tags = plan.tags ?? {
    Topology: known?.topology ?? 'payments',
    Stack: plan.stack,
    Role: known?.layer,
    Region: region,
  }
  const topology = (it: unknown) => JSON.stringify(defineTopology(it as TopologyDescription))
  return JSON.stringify({
    format_version: '1.2',
    terraform_version: '1.11.4',
    timestamp: '2026-11-21T10:00:00Z',
    complete: true,
    errored: false,
    resource_changes: (plan.changes ?? []).flatMap(changesOf),
    resource_drift: (plan.drift ?? []).flatMap(changesOf),
    relevant_attributes: plan.relevant ?? [],
    ...(plan.topology && {
      output_changes: { topology: { actions: ['update'], before: topology(base), after: topology(described) } },
    }),
    configuration: {
      provider_config: {
        aws: {
          name: 'aws',
          expressions: {
            region: { constant_value: region },
            default_tags: [{ tags: { constant_value: tags } }],
          },
        },
      },
    },
    ...plan.more,
  })
}

function changesOf(change: ChangeCase): object[] {
  if (change.repeat === undefined) return [changeOf(change)]
  return Array.from({ length: change.repeat }, (_, index) => changeOf(change, `_${index}`))
}

function changeOf(change: ChangeCase, suffix = ''): object {
  const { actions = ['update'], before = {}, after = {}, sensitive = {}, unknown = {} } = change
  const address = `${change.address}${suffix}`
  const [, type = '', name = ''] = /^(?:module\.[\w-]+\.)?(\w+)\.([\w-]+)/.exec(address) ?? []
  return {
    address,
    ...(change.previous && { previous_address: change.previous }),
    mode: 'managed',
    type,
    name,
    provider_name: 'registry.terraform.io/hashicorp/aws',
    ...(change.reason && { action_reason: change.reason }),
    change: {
      actions,
      before: actions.join() === 'create' ? null : before,
      after: actions.join() === 'delete' ? null : after,
      after_unknown: unknown,
      before_sensitive: sensitive,
      after_sensitive: sensitive,
      ...(change.replace && { replace_paths: change.replace }),
      ...(change.importing !== undefined && { importing: change.importing }),
    },
  }
}
