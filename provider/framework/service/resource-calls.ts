import { planChange } from '../planner.ts'
import { type Calls, call } from '../plugin/grpc-server.ts'
import { refused } from '../problem.ts'
import { type Change, Incomplete, type Provider, type Resource } from '../provider.ts'
import { type Attribute, type Attributes, isNested, objectType } from '../schema.ts'
import { isList, isNull, isObject, type Json, type JsonObject, type Value, type ValueObject } from '../values.ts'
import { CALLS } from '../wire/plugin-protocol.ts'
import { fits, fromJson, isNullSent } from '../wire/value-codec.ts'
import {
  answerObject,
  demandObject,
  diagnosed,
  Failed,
  named,
  readObject,
  report,
  type Session,
  writeObject,
} from './answers.ts'

/** The calls of a resource's life: upgraded, read, planned, applied, imported. */
export function resourceCalls<Client>(provider: Provider<Client>, session: Session<Client>): Calls {
  const find = (type: string): Resource<Client> => named(provider.resources, type)
  const client = (): Client => session.client ?? notConfigured()

  return {
    ValidateResourceConfig: call(CALLS.ValidateResourceConfig, ({ type_name, config }) =>
      diagnosed(session, `validating ${type_name}`, (context) => {
        const { schema, validate } = find(type_name)
        return report(validate?.(demandObject(schema, config)) ?? [], context)
      }),
    ),

    UpgradeResourceState: call(CALLS.UpgradeResourceState, ({ type_name, version, raw_state }) =>
      diagnosed(session, `upgrading ${type_name}`, () => {
        const resource = find(type_name)
        const { schema, upgrades = {} } = resource
        const newest = schema.version ?? 0
        if (version > newest) {
          const detail = `The state of this ${type_name} has version ${version}; this provider knows up to ${newest}. Use the release that wrote it, or a newer one.`
          throw refused('The state was written by a newer provider', detail)
        }
        let state = JSON.parse(Buffer.from(raw_state?.json ?? '{}').toString()) as Record<string, Json>
        for (let from = version; from < newest; from++) state = upgrades[from]?.(state) ?? state
        const type = objectType(schema.attributes)
        const isAsItWas = version === newest && raw_state && fits(type, state as JsonObject)
        if (isAsItWas && !resource.seen) return { upgraded_state: { json: raw_state.json } }
        const upgraded = fromJson(type, state as JsonObject) as ValueObject
        resource.seen?.(session.client, upgraded)
        return { upgraded_state: isAsItWas ? { json: raw_state.json } : writeObject(schema, upgraded) }
      }),
    ),

    ReadResource: call(CALLS.ReadResource, ({ type_name, current_state }) =>
      diagnosed(
        session,
        `reading ${type_name}`,
        async (context) => {
          const resource = find(type_name)
          const state = demandObject(resource.schema, current_state)
          // Whoever cannot be asked yet cannot have changed anything either.
          if (!session.client) return { new_state: current_state }
          const now = await resource.read(session.client, state, context)
          const told = now && withoutWriteOnly(resource.schema.attributes, now)
          return { new_state: answerObject(resource.schema, told, state, current_state) }
        },
        { new_state: current_state },
      ),
    ),

    PlanResourceChange: call(CALLS.PlanResourceChange, ({ type_name, prior_state, proposed_new_state, config }) =>
      diagnosed(
        session,
        `planning ${type_name}`,
        async (context) => {
          const resource = find(type_name)
          const { schema } = resource
          const prior = readObject(schema, prior_state)
          const written = readObject(schema, config)
          if (!written || isNullSent(proposed_new_state ?? {})) {
            if (prior) await resource.planDeletion?.(session.client, { prior }, context)
            return { planned_state: proposed_new_state }
          }
          const plan = planChange(schema.attributes, prior, written)
          const change: Change = { prior, planned: plan.planned, config: written }
          const planned = (await resource.plan?.(session.client, change, context)) ?? plan.planned
          const others = prior ? (resource.replaces?.(session.client, prior, planned) ?? []) : []
          const requires_replace = [...plan.replaced.map(([name]) => String(name)), ...others].map((name) => {
            return { steps: [{ attribute_name: name }] }
          })
          return { planned_state: answerObject(schema, planned, prior, prior_state), requires_replace }
        },
        { planned_state: proposed_new_state, requires_replace: [] },
      ),
    ),

    ApplyResourceChange: call(CALLS.ApplyResourceChange, ({ type_name, prior_state, planned_state, config }) =>
      diagnosed(
        session,
        `applying ${type_name}`,
        async (context) => {
          const resource = find(type_name)
          const { schema } = resource
          const prior = readObject(schema, prior_state)
          const planned = readObject(schema, planned_state)
          try {
            if (!planned) {
              if (prior) await resource.delete(client(), prior, context)
              return { new_state: writeObject(schema, null) }
            }
            const change: Change = { prior, planned, config: demandObject(schema, config) }
            const state = await resource.apply(client(), change, context)
            return { new_state: writeObject(schema, withoutWriteOnly(schema.attributes, state)) }
          } catch (error) {
            // Unless something is said of it, what was is what still is: the next plan reads it again.
            const left = error instanceof Incomplete ? withoutWriteOnly(schema.attributes, error.state) : prior
            const cause = error instanceof Incomplete ? error.cause : error
            throw new Failed({ new_state: writeObject(schema, left) }, cause)
          }
        },
        { new_state: prior_state },
      ),
    ),

    ImportResourceState: call(CALLS.ImportResourceState, ({ type_name, id }) =>
      diagnosed(session, `importing ${type_name}`, async (context) => {
        const resource = find(type_name)
        const { attributes } = resource.schema
        const empty = fromJson(objectType(attributes), {}) as ValueObject
        const start = { ...empty, ...(resource.import?.(id) ?? { id }) }
        // That it is gone is no news of what nobody had.
        const state = await resource.read(client(), start, { ...context, warn: () => undefined })
        if (!state)
          throw refused(`There is no ${type_name} ${id}`, 'Nothing of this id exists, so that nothing can be imported.')
        const imported = { type_name, state: writeObject(resource.schema, withoutWriteOnly(attributes, state)) }
        return { imported_resources: [imported] }
      }),
    ),
  }
}

function notConfigured(): never {
  throw refused(
    'The provider is not configured',
    'Its configuration depends on values that were not known; apply what gives them first, for example with -target.',
  )
}

/** Whatever a resource answered: what is write-only is in no state. */
function withoutWriteOnly(attributes: Attributes, state: ValueObject): ValueObject {
  const held = writeOnlyIn(attributes).filter(([name]) => !isNull(state[name]))
  return { ...state, ...Object.fromEntries(held.map(([name, attribute]) => [name, stripped(attribute, state[name]!)])) }
}

function stripped(attribute: Attribute, value: Value): Value {
  if (attribute.writeOnly || !isNested(attribute)) return null
  const { nesting, attributes } = attribute
  const strip = (inner: Value): Value => (isObject(inner) ? withoutWriteOnly(attributes, inner) : inner)
  if (nesting === 'single') return strip(value)
  if (isList(value)) return value.map(strip)
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, strip(item)]))
}

const writeOnly = new WeakMap<Attributes, readonly (readonly [string, Attribute])[]>()

/** The attributes that are write-only, or hold some that are. */
function writeOnlyIn(attributes: Attributes): readonly (readonly [string, Attribute])[] {
  const known = writeOnly.get(attributes)
  if (known) return known
  const found = Object.entries(attributes).filter(([, attribute]) => {
    return attribute.writeOnly || (isNested(attribute) && writeOnlyIn(attribute.attributes).length > 0)
  })
  writeOnly.set(attributes, found)
  return found
}
