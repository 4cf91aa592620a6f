import { hash } from 'node:crypto'
import type { ResourceType } from '../../runtime/model/resource.ts'
import { Refused } from '../framework/problem.ts'
import type { Json, JsonObject } from '../framework/values.ts'
import type { SwitchoverCommand } from '../switchover-command.ts'
import { type AdminApi, refusal, Unreached } from './admin-client.ts'
import { CollectionReads } from './collection-reads.ts'
import type { Response } from './connection.ts'
import { PlannedConfiguration } from './planned-configuration.ts'

interface ListAnswer {
  readonly total: number
  readonly list: readonly { readonly key: string; readonly value: JsonObject }[]
}

/** The group of a key that is of none, where nobody names one. */
export const DEFAULT_GROUP = 'default'

export interface GatewayClientOptions {
  /** null: that of the token, or `default` */
  readonly group?: string | null
  /** null: regions keep the roles that they have */
  readonly switchover?: SwitchoverCommand | null
}

/** The configuration of one gateway group, as a control plane has it and as this run of Terraform will leave it. */
export class GatewayClient {
  readonly admin: AdminApi
  readonly group: string
  readonly switchover: SwitchoverCommand | null
  readonly planned = new PlannedConfiguration()
  readonly #groups: Map<string, GatewayClient>
  readonly #reads = new Map<ResourceType, CollectionReads>()

  /** @param groups clients of other groups of the same configuration */
  constructor(
    admin: AdminApi,
    { group = null, switchover = null }: GatewayClientOptions = {},
    groups = new Map<string, GatewayClient>(),
  ) {
    this.admin = admin
    this.group = group ?? DEFAULT_GROUP
    this.switchover = switchover
    this.#groups = groups.set(this.group, this)
  }

  /** The configuration of another gateway group; there is one of each. */
  in(group: string): GatewayClient {
    const { switchover } = this
    return this.#groups.get(group) ?? new GatewayClient(this.admin.within(group), { group, switchover }, this.#groups)
  }

  async find(type: ResourceType, id: string, signal: AbortSignal): Promise<JsonObject | undefined> {
    return this.#readsOf(type).find(id, signal)
  }

  /** Whether others may refer to it. */
  async has(type: ResourceType, id: string, signal: AbortSignal): Promise<boolean> {
    return this.admin.has(pathOf(type, id), signal)
  }

  async list(type: ResourceType, signal: AbortSignal): Promise<{ readonly id: string; readonly value: JsonObject }[]> {
    const found = (await this.admin.get(`${ADMIN}/${type}`, signal)) as
      | { list?: { key: string; value: JsonObject }[] }
      | undefined
    return (found?.list ?? []).map(({ key, value }) => ({ id: key.slice(key.lastIndexOf('/') + 1), value }))
  }

  /** @throws Refused */
  async put(type: ResourceType, id: string, value: JsonObject, signal: AbortSignal): Promise<void> {
    const path = pathOf(type, id)
    this.#demand('PUT', path, await this.#write('PUT', path, value, signal))
  }

  /** Changes fields and leaves the others, secrets above all. */
  async patch(type: ResourceType, id: string, value: JsonObject, signal: AbortSignal): Promise<void> {
    const path = pathOf(type, id)
    this.#demand('PATCH', path, await this.#write('PATCH', path, value, signal))
  }

  /** What is gone already is deleted too. */
  async delete(type: ResourceType, id: string, signal: AbortSignal): Promise<void> {
    const path = pathOf(type, id)
    const response = await this.#write('DELETE', path, undefined, signal)
    if (response.status !== 404) this.#demand('DELETE', path, response)
  }

  /** Asks the control plane whether it would take these, by themselves; nothing is written. */
  async validate(type: ResourceType, values: readonly JsonObject[], signal: AbortSignal): Promise<Map<number, string>> {
    const path = `${ADMIN}/configs/validate`
    const response = await this.admin.ask(path, { [type]: values }, signal)
    if (response.status === 200) return new Map()
    const { errors } = response.body as { errors?: readonly { index?: number; error: string }[] }
    if (response.status !== 400 || !errors) throw refusal('POST', path, response)
    return new Map(errors.map(({ index = 0, error }) => [index, error.replace(/^invalid \w+ at index \d+, err: /, '')]))
  }

  /** What was read before is not what is there, neither while it is written nor after it. */
  async #write(method: 'PUT' | 'PATCH' | 'DELETE', path: string, value: JsonObject | undefined, signal: AbortSignal) {
    const forget = () => this.#reads.forEach((reads) => void reads.forget())
    forget()
    try {
      return await this.admin.write(method, path, value, signal)
    } finally {
      forget()
    }
  }

  #readsOf(type: ResourceType): CollectionReads {
    const known = this.#reads.get(type)
    if (known) return known
    const reads = new CollectionReads({
      readOne: async (id, signal) => {
        const found = (await this.admin.get(pathOf(type, id), signal)) as { value: JsonObject } | undefined
        return found?.value
      },
      list: async (atMost, signal) => {
        // Those of all consumers are in no list.
        if (type === 'credentials') return undefined
        const paging = atMost === undefined ? '' : `?page=1&page_size=${atMost}`
        const answer = this.admin.get(`${ADMIN}/${type}${paging}`, signal).catch((error: unknown) => {
          // Whoever may not list it may still read what is theirs.
          if (error instanceof Refused && !(error instanceof Unreached)) return undefined
          throw error
        })
        const { total, list } = ((await answer) ?? {}) as Partial<ListAnswer>
        if (total === undefined || !list) return undefined
        // Ids of secrets have a slash in them.
        return { total, values: new Map(list.map(({ key, value }) => [key.slice(`/apisix/${type}/`.length), value])) }
      },
    })
    this.#reads.set(type, reads)
    return reads
  }

  #demand(method: string, path: string, response: Response): void {
    if (response.status < 200 || response.status > 299) throw refusal(method, path, response)
  }
}

const ADMIN = '/apisix/admin'

/** Ids with a slash in them say where they belong: `<username>/<credential>`, `<manager>/<secret>`. */
export function pathOf(type: ResourceType, id: string): string {
  const steps = id.split('/').map(encodeURIComponent)
  if (type !== 'credentials') return `${ADMIN}/${type}/${steps.join('/')}`
  return `${ADMIN}/consumers/${steps[0]}/credentials/${steps.slice(1).join('/')}`
}

/** The id that ADC makes of a name: SHA-1, 40 hexadecimal digits. */
export function idOfName(name: string): string {
  return hash('sha1', name)
}

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
