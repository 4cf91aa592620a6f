import type {
  ConfigurationStore,
  HeadView,
  ReadView,
  WriteOutcome,
  WriteReceipt,
} from '../../../runtime/control-plane/configuration-store.ts'
import { removeResource } from '../../../runtime/control-plane/remove-resource.ts'
import type { RegionRole, RegionState } from '../../../runtime/model/region-state.ts'
import type { ResourceValue, StoredResource, StoredType } from '../../../runtime/model/resource.ts'
import type { Version } from '../../../runtime/model/version.ts'

type Rows = ReadonlyMap<string, StoredResource>

interface AppliedWrite {
  readonly outcome: WriteOutcome
  readonly version: Version
}

/** A configuration store without a database or a peer: every write is confirmed by the time it returns. */
export class MemoryStore implements ConfigurationStore {
  readonly region: string
  /** Thrown by every write while it is set, as a store does that may not write. */
  failure: Error | undefined
  role: RegionRole = 'active'

  #rows: Rows = new Map()
  #index = 0
  #revision = 0
  readonly #writes = new Map<string, AppliedWrite>()

  constructor(region = 'local') {
    this.region = region
  }

  state(): RegionState {
    return {
      region: this.region,
      role: this.role,
      reason: 'in memory',
      lineage: '00000000-0000-7000-8000-000000000000',
      epoch: 1,
      revision: this.#revision,
      hash: null,
      durability: 'local',
      writer: this.region,
      lease: null,
      peer: null,
      lag: null,
      database: { reachable: true, inRecovery: false, lsn: null, streaming: null, systemIdentifier: null },
      hold: null,
      answered: null,
      instances: [],
      peerInstances: [],
    }
  }

  read(): ReadView {
    this.#removeExpired()
    return viewOf(this.#rows)
  }

  async write(writeId: string, apply: (head: HeadView) => WriteOutcome): Promise<WriteReceipt> {
    if (this.failure) throw this.failure
    const before = this.#writes.get(writeId)
    if (before) return { ...before, writeId, replayed: true }
    this.#removeExpired()
    const { outcome, version } = this.#apply(apply)
    this.#writes.set(writeId, { outcome, version })
    return { outcome, version, writeId, replayed: false }
  }

  #removeExpired(): void {
    const now = Date.now()
    for (const { type, id, expiresAt } of this.#rows.values()) {
      if (expiresAt === null || expiresAt > now) continue
      this.#apply((head) => {
        removeResource(head, type, id)
        return { status: 200, body: {} }
      })
    }
  }

  #apply(apply: (head: HeadView) => WriteOutcome): AppliedWrite {
    const rows = new Map(this.#rows)
    let index = this.#index
    const head: HeadView = {
      ...viewOf(rows),
      put: (type, id, value, expiresAt = null) => {
        index++
        const createdIndex = rows.get(keyOf(type, id))?.createdIndex ?? index
        const copy = structuredClone(value) as ResourceValue
        const stored = { type, id, value: copy, createdIndex, modifiedIndex: index, expiresAt }
        rows.set(keyOf(type, id), stored)
        return stored
      },
      delete: (type, id) => {
        index++
        rows.delete(keyOf(type, id))
      },
      nextId: () => String(++index).padStart(20, '0'),
    }
    const outcome = apply(head)

    this.#rows = rows
    this.#index = index
    return { outcome, version: { epoch: 1, revision: ++this.#revision } }
  }

  async findWrite(id: string): Promise<{ status: 'applied'; version: Version } | undefined> {
    const found = this.#writes.get(id)
    return found && { status: 'applied', version: found.version }
  }
}

function viewOf(rows: Rows): ReadView {
  return {
    get: (type, id) => rows.get(keyOf(type, id)),
    list: (type) => [...rows.values()].filter((row) => row.type === type).sort((a, b) => (a.id < b.id ? -1 : 1)),
  }
}

function keyOf(type: StoredType, id: string): string {
  return `${type}/${id}`
}
