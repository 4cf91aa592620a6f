import type { Acknowledgement } from '../../model/frame.ts'
import type { PublishedType } from '../../model/resource.ts'
import type { CompiledResource, ResourceCompiler, ServedType } from './compiled-resources.ts'
import type { ResourceChange } from './held-configuration.ts'
import { type ServingTable, ServingTableBuilder } from './serving-table.ts'

type Refused = Acknowledgement['refused'][number]

/**
 * The configuration as it is served. A resource that cannot be compiled keeps its last good version, or stays away when
 * it never had one; everything else goes on. What calls are not served from, or a newer control plane has and this
 * release does not know, is held and hashed like everything else, and passed over here.
 */
export class LiveConfiguration {
  readonly #compiler: ResourceCompiler
  readonly #builder = new ServingTableBuilder()
  readonly #refused = new Map<string, Refused>()
  readonly #resources: Record<ServedType, Map<string, CompiledResource>> = {
    routes: new Map(),
    services: new Map(),
    upstreams: new Map(),
    consumers: new Map(),
  }

  constructor(compiler: ResourceCompiler) {
    this.#compiler = compiler
  }

  get refused(): readonly Refused[] {
    return [...this.#refused.values()]
  }

  apply(changes: readonly ResourceChange[]): void {
    for (const { type, id, value } of changes) {
      if (!this.#serves(type)) continue
      const key = `${type}/${id}`
      this.#refused.delete(key)
      if (value === undefined) {
        this.#resources[type].delete(id)
        continue
      }
      try {
        this.#resources[type].set(id, this.#compiler.compile(type, id, value))
      } catch (error) {
        this.#refused.set(key, { type, id, reason: error instanceof Error ? error.message : String(error) })
      }
    }
  }

  build(): ServingTable {
    return this.#builder.build(this.#resources)
  }

  #serves(type: PublishedType): type is ServedType {
    return Object.hasOwn(this.#resources, type)
  }
}
