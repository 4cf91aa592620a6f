import type { Acknowledgement } from '../../model/frame.ts'
import type { PublishedType, ResourceValue } from '../../model/resource.ts'
import type { CompiledResource, ResourceCompiler, ServedType } from './compiled-resources.ts'
import { GroupVariables, UnknownVariable } from './group-variables.ts'
import type { ResourceChange } from './held-configuration.ts'
import { type ServingTable, ServingTableBuilder } from './serving-table.ts'

type Refused = Acknowledgement['refused'][number]

/** A resource that refers to variables, as it was received. */
interface Referring {
  readonly type: ServedType
  readonly id: string
  readonly value: ResourceValue
  readonly names: ReadonlySet<string>
}

/**
 * The configuration as it is served. A resource that cannot be compiled keeps its last good version, or stays away when
 * it never had one; everything else goes on. One that refers to a variable is compiled anew when that changes. What
 * calls are not served from, or a newer control plane has and this release does not know, is held and hashed like
 * everything else, and passed over here.
 */
export class LiveConfiguration {
  readonly #compiler: ResourceCompiler
  readonly #variables: GroupVariables
  readonly #builder = new ServingTableBuilder()
  readonly #refused = new Map<string, Refused>()
  readonly #referring = new Map<string, Referring>()
  readonly #resources: Record<ServedType, Map<string, CompiledResource>> = {
    routes: new Map(),
    services: new Map(),
    upstreams: new Map(),
    consumers: new Map(),
  }

  constructor(compiler: ResourceCompiler, variables: GroupVariables = new GroupVariables()) {
    this.#compiler = compiler
    this.#variables = variables
  }

  get refused(): readonly Refused[] {
    return [...this.#refused.values()]
  }

  apply(changes: readonly ResourceChange[]): void {
    const changed = new Set<string>()
    for (const { type, id, value } of changes) {
      if (type !== 'variables') continue
      this.#variables.set(id, value)
      changed.add(id)
    }
    for (const { type, id, value } of changes) if (this.#serves(type)) this.#take(type, id, value)
    if (changed.size === 0) return
    for (const { type, id, value, names } of [...this.#referring.values()]) {
      if ([...names].some((name) => changed.has(name))) this.#take(type, id, value)
    }
  }

  build(): ServingTable {
    return this.#builder.build(this.#resources)
  }

  #take(type: ServedType, id: string, value: ResourceValue | undefined): void {
    const key = `${type}/${id}`
    this.#refused.delete(key)
    this.#referring.delete(key)
    if (value === undefined) {
      this.#resources[type].delete(id)
      return
    }
    const refersTo = (names: ReadonlySet<string>) => {
      if (names.size > 0) this.#referring.set(key, { type, id, value, names })
    }
    let hide = (text: string) => text
    try {
      const resolved = this.#variables.resolve(value)
      hide = resolved.hide
      refersTo(resolved.names)
      this.#resources[type].set(id, this.#compiler.compile(type, id, resolved.value))
    } catch (error) {
      if (error instanceof UnknownVariable) refersTo(error.names)
      this.#refused.set(key, { type, id, reason: hide(error instanceof Error ? error.message : String(error)) })
    }
  }

  #serves(type: PublishedType): type is ServedType {
    return Object.hasOwn(this.#resources, type)
  }
}
