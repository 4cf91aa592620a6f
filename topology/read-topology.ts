import { Duration } from './duration.ts'
import { Percent } from './percent.ts'
import { failover } from './read-failover.ts'
import { completeGslb, gslb } from './read-gslb.ts'
import { completeRegion, completeSite, regionsByName, sitesByName } from './read-places.ts'
import { duration, NAME, NAME_RULE, rate, share } from './read-quantities.ts'
import {
  type Draft,
  list,
  nullable,
  object,
  oneOf,
  optional,
  optionalObject,
  type Place,
  record,
  required,
  text,
  textOrEmpty,
  wholeNumber,
} from './reader.ts'
import type { Topology } from './topology.ts'

export type TopologyDraft = Draft<Topology>

const name = (value: unknown, at: Place) => {
  const read = text(value, at)
  if (read === undefined || (NAME.test(read) && read.length <= 32)) return read
  return at.refuse(`${JSON.stringify(read)} cannot be part of a resource's name; ${NAME_RULE}, at most 32`)
}

const description = object({
  name: required(name, "'payments'"),
  mode: required(oneOf('active-passive', 'active-active'), "'active-passive'"),
  host: required(text, "'api.payments.example'"),
  regions: required(regionsByName, "{ 'us-east-1': { role: 'primary', … } }"),
  links: optionalObject(object({ kind: optional(oneOf('peering', 'transit-gateway', 'none')) })),
  sites: optional(sitesByName, {}),
  adminFrom: optional(list(text), []),
  database: optionalObject(
    object({
      kind: optional(oneOf('instance', 'aurora-global'), 'instance'),
      version: optional(oneOf(17, 18), 17),
      instanceClass: optional(nullable(text), null),
      replication: optional(oneOf('physical', 'logical', 'none')),
      commit: optional(oneOf('confirmed', 'local')),
      lease: optional(duration, new Duration(3_000)),
      maxLag: optional(duration, new Duration(30_000)),
      backupCopies: optional(oneOf('daily', 'none'), 'daily'),
    }),
  ),
  failover: optional(failover),
  fallback: optional(oneOf('bucket')),
  gslb: optionalObject(gslb),
  gatewayGroups: optional(
    record(
      'gateway groups',
      NAME,
      NAME_RULE,
      object({ labels: optional(record('labels', /^\S+$/, 'leave no white space in it', textOrEmpty), {}) }),
    ),
    { default: { labels: {} } },
  ),
  peak: required(rate, 'perSecond(6_000)'),
  objectives: required(
    object({
      detect: optional(duration),
      rto: required(duration, 'seconds(60)'),
      rpo: optionalObject(object({ revisions: optional(wholeNumber(0), 0) })),
      headroom: optional(share, new Percent(0)),
      availability: optional(share, new Percent(99.9)),
    }),
    '{ rto: seconds(60) }',
  ),
})

/** Reads a description, adds what cannot be read to the place's problems, and fills in every default. */
export function readTopology(value: unknown, at: Place): TopologyDraft | undefined {
  const read = description(value, at)
  if (read === undefined) return undefined
  const { failover: unattended, fallback, ...others } = read
  const { mode, host, links, database, objectives } = others
  const passive = mode === 'active-passive'
  const surroundings = { mode, host, replication: database?.replication, regions: read.regions ?? {} }
  const regions = Object.entries(read.regions ?? {}).map(([key, found], position) => {
    return [key, found && completeRegion(found, key, position, surroundings)]
  })
  const sites = Object.entries(read.sites ?? {}).map(([key, found]) => [
    key,
    found && completeSite(found, surroundings),
  ])
  const edges = Object.values(read.regions ?? {}).some((region) => region?.role === 'edge')
  const pair = passive && !edges && !Object.values(read.sites ?? {}).some((site) => site?.dataPlane)
  return {
    ...others,
    // Left out where there is none, so that topologies without them stay what they were.
    ...(unattended && { failover: unattended }),
    ...(fallback && { fallback }),
    regions: read.regions && Object.fromEntries(regions),
    sites: read.sites && Object.fromEntries(sites),
    links: links && { kind: links.kind ?? (mode && (passive || edges ? 'peering' : 'none')) },
    database: database && {
      ...database,
      replication: database.replication ?? (mode && (passive ? 'physical' : 'none')),
      commit: database.commit ?? (mode && (passive ? 'confirmed' : 'local')),
    },
    gslb: read.gslb && completeGslb(read.gslb, mode && (pair ? 'failover' : 'latency')),
    objectives: objectives && { ...objectives, detect: objectives.detect ?? objectives.rto },
  }
}
