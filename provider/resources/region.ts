import type { RegionState } from '../../runtime/model/region-state.ts'
import type { GatewayClient } from '../admin-api/gateway-client.ts'
import { DECLARED_ROLES, type DeclaredRole, regionStates, roleIn } from '../admin-api/region-states.ts'
import { type Refused, refused } from '../framework/problem.ts'
import type { Resource } from '../framework/provider.ts'
import type { Attribute, Attributes } from '../framework/schema.ts'
import type { ValueObject } from '../framework/values.ts'

/** Milliseconds. */
const LEARNS_WITHIN = 10_000
const LOOK_EVERY = 100

const text = (description: string): Attribute => ({ description, type: 'string', presence: 'volatile' })
const number = (description: string): Attribute => ({ description, type: 'number', presence: 'volatile' })

const attributes: Attributes = {
  id: { description: 'The name of the region.', type: 'string', presence: 'computed' },
  region: {
    description: 'The name of the region, one of whose control planes is among the endpoints of the provider.',
    ...{ type: 'string', presence: 'required', replaces: true },
  },
  role: {
    description:
      'What it is declared to be: `primary` (it writes for all), `standby` (it follows) or `active` (it has a configuration of its own). Another writer is a planned switchover, carried out by `switchover_command` of the provider. Without one, declare what is, or what `antipode switchover` has made.',
    ...{ type: 'string', presence: 'required' },
  },
  current_role: text('The role of its control plane: `active`, `solo`, `standby`, `fenced`, `frozen` or `draining`.'),
  writer: text('The region that wrote the newest epoch it knows of.'),
  lineage: text('Which history of configurations it has; versions compare only within one.'),
  epoch: number('Counted up with every change of the writing region.'),
  revision: number('Counted up with every change of the configuration.'),
  lag_bytes: number('How far its database is behind that of the writer. Null where it is none that follows.'),
  lag_seconds: number('The same in seconds.'),
}

/**
 * What a region is declared to be, held against what it is. A change of the writer is a switchover, by a command that the
 * provider was given; its plan is shown as a warning, and where it refuses, because something would be lost, so does the
 * plan. Without a command the plan says what to run instead. After a failover nothing is moved back by itself: plans warn
 * until the declaration is what is.
 */
export const region: Resource<GatewayClient> = {
  schema: {
    description:
      'A region and the role that it is declared to have, with how it is now. Declaring another writer is a switchover, which refuses where something would be lost; without `switchover_command` of the provider the plan is refused, with the command to run. A region whose role was moved since shows as a warning. Destroying it changes nothing in the region.',
    attributes,
  },

  validate({ role }) {
    if (typeof role !== 'string' || (DECLARED_ROLES as readonly string[]).includes(role)) return []
    const detail = `It is ${JSON.stringify(role)}; write one of ${DECLARED_ROLES.join(', ')}.`
    return [{ severity: 'error', summary: 'There is no such role', detail, path: ['role'] }]
  },

  async plan(client, { prior, planned }, { signal, warn }) {
    const { region, role } = planned
    // What it tells of how it is now is null at times, and no reason to write anything.
    if (prior?.role === role && prior?.region === region) return prior!
    if (client && typeof region === 'string' && typeof role === 'string') {
      const found = await stateOf(client, region, signal)
      if (roleIn(found) !== role) {
        const { to, command } = switchoverFor(client, found, role)
        warn({ summary: `This moves the right to write to ${to}`, detail: await command.plan(to), path: ['role'] })
      }
    }
    return { ...planned, id: region ?? null }
  },

  async read(client, { region, role: declared = null, ...state }, { signal, warn }) {
    const { states, silent } = await regionStates(client.admin, signal)
    const found = states.find((state) => state.region === region)
    if (!found && silent.length > 0) {
      const detail = `What is in the state may be old. ${silent.join(' ')}`
      warn({ summary: `The region ${String(region)} does not answer`, detail })
      return { ...state, region: region!, role: declared }
    }
    if (!found) return null
    const role = roleIn(found)
    if (declared !== null && role !== declared) warn(moved(found, String(declared)))
    return toldOf(found, (declared ?? role ?? null) as DeclaredRole | null)
  },

  async apply(client, { planned }, { signal }) {
    const [region, role] = [String(planned.region), planned.role as DeclaredRole]
    const found = await stateOf(client, region, signal)
    if (roleIn(found) === role) return toldOf(found, role)
    const { to, command } = switchoverFor(client, found, role)
    await command.moveTo(to, async () => (await writerNow(client, signal)) === to)
    return toldOf(await whenItIs(role, () => stateOf(client, region, signal)), role)
  },

  async delete() {},

  import: (id) => ({ id, region: id }),
}

async function stateOf(client: GatewayClient, name: string, signal: AbortSignal): Promise<RegionState> {
  const { states, silent } = await regionStates(client.admin, signal)
  const found = states.find((state) => state.region === name)
  if (found) return found
  const others = `Those that answer are of ${states.map((state) => state.region).join(', ')}.`
  throw refused(`No endpoint is a control plane of ${name}`, [others, ...silent].join(' '), ['region'])
}

/** The region that wrote the newest epoch that any endpoint knows of. */
async function writerNow(client: GatewayClient, signal: AbortSignal): Promise<string | null> {
  const { states } = await regionStates(client.admin, signal)
  return states.reduce((newest, state) => (state.epoch > newest.epoch ? state : newest)).writer
}

/** A region that follows learns who writes from its database, moments after. */
async function whenItIs(role: string, ask: () => Promise<RegionState>): Promise<RegionState> {
  const deadline = performance.now() + LEARNS_WITHIN
  for (;;) {
    const state = await ask()
    if (roleIn(state) === role) return state
    if (performance.now() > deadline) {
      const is = roleIn(state) ?? `${state.role} (${state.reason})`
      throw refusedRole(`${state.region} is not ${role} after a switchover`, `It is ${is}. Apply again once it is.`)
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY))
  }
}

/** How to give a region a role that it does not have. @throws Refused with what to run, or to change, instead */
function switchoverFor(client: GatewayClient, state: RegionState, wanted: string) {
  const { region, reason, peer } = state
  const role = roleIn(state)
  if (role === undefined) throw refusedRole(`Nobody knows who writes: ${reason}`, 'Apply once a control plane does.')
  const summary = `${region} is ${role}, and this does not make it ${wanted}`
  if (role === 'active' || wanted === 'active' || !peer) {
    throw refusedRole(summary, 'Whether regions share a configuration is decided by their topology, `mode`.')
  }
  const to = wanted === 'primary' ? region : peer.region
  if (client.switchover) return { to, command: client.switchover }
  const hint = 'Or give the provider a `switchover_command`, and an apply does it.'
  throw refusedRole(summary, `${switchoverTo(to)} Then apply this; until then declare role = "${role}". ${hint}`)
}

function switchoverTo(region: string): string {
  return `The right to write is moved by \`antipode switchover --to ${region} --yes\`; with databases on RDS or Aurora that is \`antipode switchover --to ${region} --engine aws --outputs <file> --yes\`. Without --yes it prints what it would do. It refuses where something would be lost.`
}

function refusedRole(summary: string, detail: string): Refused {
  return refused(summary, detail, ['role'])
}

/** Somebody moved the right to write, or a failover did. */
function moved(state: RegionState, declared: string) {
  const { region, writer, epoch, peer } = state
  const role = roleIn(state)
  const now =
    role === undefined ? `Nobody knows who writes: ${state.reason}.` : `${writer} writes since epoch ${epoch}.`
  const to = declared === 'primary' ? region : (peer?.region ?? String(writer))
  const write =
    role === undefined ? '' : ` Declare role = "${role}", or move it back: \`antipode switchover --to ${to}\`.`
  return { summary: `${region} is declared ${declared} and is ${role ?? state.role}`, detail: `${now}${write}` }
}

function toldOf(state: RegionState, role: DeclaredRole | null): ValueObject {
  const { region, writer, lineage, epoch, revision, lag } = state
  return {
    ...{ id: region, region, role, current_role: state.role, writer, lineage, epoch, revision },
    ...{ lag_bytes: lag?.bytes ?? null, lag_seconds: lag?.seconds ?? null },
  }
}
