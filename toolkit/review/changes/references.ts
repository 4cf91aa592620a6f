import type { ReviewedPlan } from '../read/reviewed-plan.ts'
import { addressOf, type ReviewedStack, resourcesOf, type Snapshot, type Values } from '../snapshot.ts'
import { isPlain } from './difference.ts'
import { keyOf } from './resource-change.ts'

/** One resource in the picture of who needs whom. */
export interface Node {
  readonly key: string
  readonly type: string
  readonly name: string
  readonly stack: string
  readonly region: string
  readonly layer: string
}

/** Who depends on whom, through references and through names, over all stacks. */
export interface Dependencies {
  readonly nodes: ReadonlyMap<string, Node>
  /** Those that name it: by its key, keys. */
  readonly dependents: ReadonlyMap<string, ReadonlySet<string>>
  /** Those that it names. */
  readonly needs: ReadonlyMap<string, ReadonlySet<string>>
}

const REFERENCE = /(?<![\w.])((?:aws|cloudflare|antipode|terraform|null|random)_\w+)\.([\w-]+)/g
const REMOTE = /data\.terraform_remote_state\.([\w-]+)\.outputs\.([\w-]+)/g
/** Words in which a name may stand: a whole text, or a part of an ARN or of a path. */
const WORD = /[\w.-]+(?:\/[\w./-]+)?/g

/** What a resource is called by others that have no reference to it. */
const NAMED_BY: Readonly<Record<string, string>> = {
  aws_db_instance: 'identifier',
  aws_rds_cluster: 'cluster_identifier',
  aws_rds_global_cluster: 'global_cluster_identifier',
  aws_secretsmanager_secret: 'name',
  aws_kms_alias: 'name',
  aws_s3_bucket: 'bucket',
  aws_route53_zone: 'name',
  aws_route53_record: 'name',
  aws_elasticache_replication_group: 'replication_group_id',
}

/** What has the name of something else for its own, and does not need that to be there. */
const NAMES_OF_THEIR_OWN = /\/aws_(acm_certificate|route53_(record|zone))/

/** Reads who names whom from stacks, or from the configuration that plans carry. */
export function dependenciesOf(snapshots: readonly (Snapshot | null)[], plans: readonly ReviewedPlan[]): Dependencies {
  const graph = new Graph()
  for (const snapshot of snapshots) if (snapshot) graph.addSnapshot(snapshot)
  for (const plan of plans) graph.addPlan(plan)
  graph.joinNames()
  return graph
}

/** All that needs a resource, near or far, without itself. */
export function everyDependent({ dependents, nodes }: Dependencies, key: string): Node[] {
  const seen = new Set([key])
  const waiting = [key]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const dependent of dependents.get(next) ?? []) {
      if (seen.has(dependent)) continue
      seen.add(dependent)
      waiting.push(dependent)
    }
  }
  seen.delete(key)
  return [...seen].sort().flatMap((it) => nodes.get(it) ?? [])
}

class Graph implements Dependencies {
  readonly nodes = new Map<string, Node>()
  readonly dependents = new Map<string, Set<string>>()
  readonly needs = new Map<string, Set<string>>()
  readonly #texts = new Map<string, string>()
  readonly #names = new Map<string, Set<string>>()

  addSnapshot(snapshot: Snapshot): void {
    for (const stack of snapshot.stacks.values()) {
      for (const { type, name, block } of resourcesOf(stack)) this.#addNode(stack, type, name, block)
    }
    for (const stack of snapshot.stacks.values()) {
      for (const { type, name, block } of resourcesOf(stack)) {
        this.#addReferences(keyOf({ stack: stack.name, address: addressOf(type, name) }), block, stack, snapshot)
      }
    }
  }

  addPlan(plan: ReviewedPlan): void {
    for (const { address, type, name, change } of plan.document.resource_changes ?? []) {
      this.#addNode({ ...plan, name: plan.stack }, type, name, change.after ?? change.before ?? {}, address)
    }
    for (const { address, expressions, depends_on: after = [] } of plan.document.configuration?.root_module
      ?.resources ?? []) {
      const from = keyOf({ stack: plan.stack, address })
      for (const reference of [...referencesIn(expressions), ...after]) {
        const [, type, name] = /^(\w+)\.([\w-]+)/.exec(reference) ?? []
        if (type && name) this.#connect(from, keyOf({ stack: plan.stack, address: addressOf(type, name) }))
      }
    }
  }

  /** Connects those that call a resource by its name, once all are known. */
  joinNames(): void {
    for (const [key, text] of this.#texts) {
      if (NAMES_OF_THEIR_OWN.test(key)) continue
      for (const [word] of text.matchAll(WORD)) {
        for (const owner of this.#names.get(word) ?? []) this.#connect(key, owner)
      }
    }
    this.#texts.clear()
  }

  #addNode(
    stack: Pick<ReviewedStack, 'name' | 'region' | 'layer'>,
    type: string,
    name: string,
    block: Values,
    address = addressOf(type, name),
  ): void {
    const key = keyOf({ stack: stack.name, address })
    this.nodes.set(key, { key, type, name, stack: stack.name, region: stack.region, layer: stack.layer })
    const { '//': _, tags, tags_all, ...values } = block
    this.#texts.set(key, JSON.stringify(values))
    const own = NAMED_BY[type]
    const called = own === undefined ? undefined : block[own]
    if (typeof called !== 'string' || called.includes('${')) return
    const owners = this.#names.get(called) ?? new Set()
    this.#names.set(called, owners.add(key))
  }

  #addReferences(key: string, block: Values, stack: ReviewedStack, snapshot: Snapshot): void {
    const { '//': _, ...values } = block
    const text = JSON.stringify(values)
    for (const [, type = '', name = ''] of text.matchAll(REFERENCE)) {
      this.#connect(key, keyOf({ stack: stack.name, address: addressOf(type, name) }))
    }
    for (const [, reader = '', output = ''] of text.matchAll(REMOTE)) {
      const producer = snapshot.stacks.get(reader.slice(reader.lastIndexOf('--') + 2))
      const value = producer?.document.output?.[output]?.value
      for (const [, type = '', name = ''] of `${JSON.stringify(value) ?? ''}`.matchAll(REFERENCE)) {
        this.#connect(key, keyOf({ stack: producer?.name ?? '', address: addressOf(type, name) }))
      }
    }
  }

  #connect(from: string, to: string): void {
    if (from === to || !this.nodes.has(to)) return
    this.dependents.set(to, (this.dependents.get(to) ?? new Set()).add(from))
    this.needs.set(from, (this.needs.get(from) ?? new Set()).add(to))
  }
}

function referencesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn)
  if (!isPlain(value)) return []
  const own = Array.isArray(value.references) ? value.references.map((it) => `${it}`) : []
  return [...own, ...Object.entries(value).flatMap(([key, item]) => (key === 'references' ? [] : referencesIn(item)))]
}
