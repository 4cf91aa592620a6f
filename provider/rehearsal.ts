import type { ResourceType } from '../runtime/model/resource.ts'
import { createResourceValidator } from '../runtime/model/resource-validator.ts'
import { pluginSchemas } from '../runtime/plugins/schemas.ts'
import type { AdminApi } from './admin-api/admin-client.ts'
import type { Response } from './admin-api/connection.ts'
import { GatewayClient } from './admin-api/gateway-client.ts'
import type { Provider, Resource } from './framework/provider.ts'
import { type ServedProvider, serveReattached } from './framework/serve.ts'
import { isWhollyKnown, type Json, type JsonObject, UNKNOWN } from './framework/values.ts'
import { antipodeProvider } from './provider.ts'

const SOURCE = 'registry.terraform.io/antipode/antipode'

/** When what is issued here expires. */
const LATER = '2999-01-01T00:00:00.000Z'

/**
 * Serves the provider to Terraforms on this machine, with nothing behind it: for checks of stacks where no control plane
 * runs. Every resource is judged by the same schemas as in a control plane, and kept as long as this is open.
 */
export function serveRehearsal(): Promise<ServedProvider> {
  return serveReattached(SOURCE, rehearsedProvider())
}

function rehearsedProvider(): Provider<GatewayClient> {
  // Plans and applies are sessions of their own; what one of them wrote the next one finds.
  const configurations = new Map<string, RehearsedControlPlane>()
  const { antipode_region: region, ...resources } = antipodeProvider.resources
  return {
    ...antipodeProvider,
    resources: { ...resources, antipode_region: { ...region!, ...asDeclared } },
    async configure(config) {
      if (!isWhollyKnown(config)) return undefined
      const { endpoints = null, gateway_group = null } = config
      const key = JSON.stringify(endpoints)
      const controlPlane = configurations.get(key) ?? new RehearsedControlPlane(new Map())
      configurations.set(key, controlPlane)
      const group = gateway_group === null ? null : String(gateway_group)
      return new GatewayClient(group === null ? controlPlane : controlPlane.within(group), { group })
    },
  }
}

/** A region of which nobody knows how it is. */
const asDeclared: Pick<Resource<GatewayClient>, 'plan' | 'read' | 'apply'> = {
  plan: async (_client, { prior, planned }) => {
    const isSame = prior?.region === planned.region && prior?.role === planned.role
    return isSame ? prior! : { ...planned, id: planned.region ?? null }
  },
  read: async (_client, state) => state,
  apply: async (_client, { planned }) => {
    return Object.fromEntries(Object.entries(planned).map(([name, value]) => [name, value === UNKNOWN ? null : value]))
  },
}

/** Takes what the model takes. What a configuration refers to and does not hold is taken for granted. */
class RehearsedControlPlane implements AdminApi {
  readonly #stored: Map<string, JsonObject>
  readonly #group: string
  readonly #validator = createResourceValidator(pluginSchemas)

  constructor(stored: Map<string, JsonObject>, group = 'default') {
    this.#stored = stored
    this.#group = group
  }

  within(gatewayGroup: string): AdminApi {
    return new RehearsedControlPlane(this.#stored, gatewayGroup)
  }

  async get(path: string): Promise<Json | undefined> {
    const value = this.#stored.get(this.#key(path))
    if (value) return { key: path, value }
    const within = this.#key(`${path}/`)
    const list = [...this.#stored].flatMap(([key, item]) => {
      return key.startsWith(within) && !key.slice(within.length).includes('/') ? [{ key, value: item }] : []
    })
    return list.length > 0 ? { list, total: list.length } : undefined
  }

  async each(): Promise<readonly Json[]> {
    return []
  }

  async has(): Promise<boolean> {
    return true
  }

  async ask(path: string, body: JsonObject): Promise<Response> {
    if (path.endsWith('/configs/validate')) return this.#validate(body)
    // What a data plane would be given, in the form alone.
    const made = ['certificate', 'key', 'token', 'anchors'].map((name) => [name, `rehearsed ${name}`] as const)
    const credential = `${String(body.form)}/${String(body.id ?? 'rehearsed')}`
    const issued = { ...Object.fromEntries(made), credential, expires: LATER, group: this.#group }
    return answer(201, { region: 'rehearsed', index: this.#group, ...issued, ...body })
  }

  async write(method: string, path: string, body: Json | undefined): Promise<Response> {
    const key = this.#key(path)
    if (method === 'DELETE') return answer(this.#stored.delete(key) ? 200 : 404, {})
    const before = method === 'PATCH' ? (this.#stored.get(key) ?? {}) : {}
    const fields = Object.entries({ ...before, ...(body as JsonObject) }).filter(([, value]) => value !== null)
    this.#stored.set(key, Object.fromEntries(fields))
    return answer(200, {})
  }

  /** As `POST /apisix/admin/configs/validate`. */
  #validate(configuration: JsonObject): Response {
    const errors = Object.entries(configuration).flatMap(([type, values]) =>
      (values as readonly JsonObject[]).flatMap((value, index) => {
        const wrong = this.#problemOf(type as ResourceType, value)
        return wrong === undefined ? [] : [{ index, error: wrong }]
      }),
    )
    return errors.length === 0 ? answer(200, {}) : answer(400, { errors })
  }

  #problemOf(type: ResourceType, value: JsonObject): string | undefined {
    const id = typeof value.id === 'string' ? value.id : undefined
    const credential = type === 'consumers' ? id?.split('/credentials/')[1] : undefined
    if (credential === undefined) return this.#validator.check(type, value, id)
    return this.#validator.check('credentials', { ...value, id: credential })
  }

  #key(path: string): string {
    return `${this.#group}:${path}`
  }
}

function answer(status: number, body: Json): Response {
  return { status, headers: {}, body }
}
