import { NAME, NAME_RULE, rate } from './read-quantities.ts'
import {
  type Draft,
  list,
  nullable,
  object,
  oneOf,
  optional,
  optionalObject,
  record,
  required,
  text,
  wholeNumber,
} from './reader.ts'
import type { DatabaseSource, Mode, Region, Site } from './topology.ts'

export type RegionDraft = Draft<Region>
export type SiteDraft = Draft<Site>

const callers = optionalObject(
  object({
    weight: optional(wholeNumber(0, 255), 1),
    continents: optional(list(text), []),
    countries: optional(list(text), []),
  }),
)

const capacity = {
  instances: required(wholeNumber(1, 1_000), '2'),
  growsTo: optional(wholeNumber(1, 5_000)),
  each: required(rate, 'perSecond(4_000)'),
}

const region = object({
  role: required(oneOf('primary', 'standby', 'active', 'edge'), "'primary'"),
  index: optional(wholeNumber(1, 63)),
  network: required(text, "'10.10.0.0/16'"),
  zones: optional(list(text), ['a', 'b', 'c']),
  key: optional(nullable(text), null),
  callers,
  dataPlane: required(object(capacity), '{ instances: 2, each: perSecond(4_000) }'),
  clusters: optional(
    record(
      'clusters',
      NAME,
      NAME_RULE,
      object({ group: required(text, "'partners'"), host: optional(text), ...capacity }),
    ),
    {},
  ),
  controlPlane: optionalObject(object({ instances: optional(wholeNumber(0, 100)), from: optional(list(text)) })),
  database: optional(
    nullable(
      object({
        generation: optional(wholeNumber(1, 999), 1),
        from: optional(
          nullable(object({ region: required(text, "'us-east-1'"), generation: optional(wholeNumber(1, 999), 1) })),
        ),
      }),
    ),
  ),
})

const site = object({
  network: optional(nullable(text), null),
  gateway: optional(nullable(text), null),
  asn: optional(nullable(wholeNumber(1, 2_147_483_647)), null),
  dataPlane: optional(
    nullable(
      object({
        address: required(text, "'203.0.113.20'"),
        instances: capacity.instances,
        each: capacity.each,
        networks: optional(list(text)),
        near: optional(nullable(text), null),
      }),
    ),
    null,
  ),
  controlPlane: optionalObject(object({ from: optional(list(text)) })),
  callers,
})

/** Regions and sites by name. */
export const regionsByName = record('regions', NAME, NAME_RULE, region)
export const sitesByName = record('sites', NAME, NAME_RULE, site)

type Read<R extends (...args: never[]) => unknown> = NonNullable<ReturnType<R>>

/** What the defaults of a region or a site depend on beside itself. */
export interface PlaceSurroundings {
  readonly mode: Mode | undefined
  readonly host: string | undefined
  readonly replication: string | undefined
  readonly regions: Readonly<Record<string, { readonly role?: string | undefined } | undefined>>
}

/** Fills in what is left out of a region, given its name and its position among all. */
export function completeRegion(
  found: Read<typeof region>,
  name: string,
  position: number,
  surroundings: PlaceSurroundings,
): RegionDraft {
  const edge = found.role === 'edge'
  const { dataPlane, clusters, controlPlane, database, index } = found
  return {
    ...found,
    index: index ?? 1 + position,
    dataPlane: dataPlane && { ...dataPlane, growsTo: dataPlane.growsTo ?? dataPlane.instances },
    clusters:
      clusters &&
      Object.fromEntries(
        Object.entries(clusters).map(([cluster, it]) => {
          const { host } = surroundings
          return [
            cluster,
            it && {
              ...it,
              host: it.host ?? (host && `${cluster}.${host}`),
              growsTo: it.growsTo ?? it.instances,
            },
          ]
        }),
      ),
    controlPlane: controlPlane && {
      instances: controlPlane.instances ?? (edge ? 0 : 2),
      from: controlPlane.from ?? (edge ? followedByDefault(surroundings) : []),
    },
    database: edge
      ? (database ?? null)
      : database === null
        ? null
        : { generation: database?.generation ?? 1, from: originOf(database?.from, name, surroundings) },
  }
}

export function completeSite(found: Read<typeof site>, surroundings: PlaceSurroundings): SiteDraft {
  const { dataPlane, controlPlane, network, gateway } = found
  const alone = dataPlane?.address === undefined ? [] : [`${dataPlane.address}/32`]
  return {
    ...found,
    dataPlane: dataPlane && { ...dataPlane, networks: dataPlane.networks ?? (gateway && network ? [network] : alone) },
    controlPlane: controlPlane && {
      from: controlPlane.from ?? (dataPlane ? followedByDefault(surroundings) : []),
    },
  }
}

/** Declared order, not the roles', so that a change of writer changes no data plane. */
function followedByDefault({ mode, regions }: PlaceSurroundings): string[] {
  const own = Object.entries(regions).flatMap(([name, it]) => (it?.role && it.role !== 'edge' ? [name] : []))
  return mode === 'active-passive' || own.length === 1 ? own : []
}

function originOf(
  given: Draft<DatabaseSource> | null | undefined,
  name: string,
  { mode, replication, regions }: PlaceSurroundings,
): Draft<DatabaseSource> | null {
  if (given !== undefined) return given
  const [origin] = Object.entries(regions).flatMap(([region, it]) => (it?.role === 'edge' ? [] : [region]))
  const alone = mode !== 'active-passive' || replication === 'logical' || origin === undefined || origin === name
  return alone ? null : { region: origin, generation: 1 }
}
