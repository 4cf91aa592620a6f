import { Duration, parseDuration } from './duration.ts'
import { Percent, parsePercent } from './percent.ts'
import { parseRate, Rate } from './rate.ts'
import {
  type Draft,
  list,
  nullable,
  object,
  oneOf,
  optional,
  optionalObject,
  type Place,
  quantity,
  record,
  required,
  text,
  textOrEmpty,
  wholeNumber,
} from './reader.ts'
import type { DatabaseSource, Topology } from './topology.ts'

export type TopologyDraft = Draft<Topology>
export type RegionDraft = Draft<Topology['regions'][string]>

const duration = quantity(Duration, parseDuration, "seconds(10), or '10s' in a file")
const share = quantity(Percent, parsePercent, "percent(30), or '30%' in a file")
const rate = quantity(Rate, parseRate, "perSecond(200), or '200/s' in a file")

const NAME = /^[a-z](?:[a-z0-9-]*[a-z0-9])?$/
const NAME_RULE = 'use lower-case letters, digits and hyphens, from a letter to a letter or digit'

const name = (value: unknown, at: Place) => {
  const read = text(value, at)
  if (read === undefined || (NAME.test(read) && read.length <= 32)) return read
  return at.refuse(`${JSON.stringify(read)} cannot be part of a resource's name; ${NAME_RULE}, at most 32`)
}

const region = object({
  role: required(oneOf('primary', 'standby', 'active'), "'primary'"),
  index: optional(wholeNumber(1, 63)),
  network: required(text, "'10.10.0.0/16'"),
  zones: optional(list(text), ['a', 'b', 'c']),
  callers: optionalObject(
    object({
      weight: optional(wholeNumber(0, 255), 1),
      continents: optional(list(text), []),
      countries: optional(list(text), []),
    }),
  ),
  dataPlane: required(
    object({
      instances: required(wholeNumber(1, 1_000), '2'),
      growsTo: optional(wholeNumber(1, 5_000)),
      each: required(rate, 'perSecond(4_000)'),
    }),
    '{ instances: 2, each: perSecond(4_000) }',
  ),
  controlPlane: optionalObject(object({ instances: optional(wholeNumber(1, 100), 2) })),
  database: optionalObject(
    object({
      generation: optional(wholeNumber(1, 999), 1),
      from: optional(
        nullable(object({ region: required(text, "'us-east-1'"), generation: optional(wholeNumber(1, 999), 1) })),
      ),
    }),
  ),
})

const description = object({
  name: required(name, "'payments'"),
  mode: required(oneOf('active-passive', 'active-active'), "'active-passive'"),
  host: required(text, "'api.payments.example'"),
  regions: required(record('regions', NAME, NAME_RULE, region), "{ 'us-east-1': { role: 'primary', … } }"),
  links: optionalObject(object({ kind: optional(oneOf('peering', 'transit-gateway', 'none')) })),
  sites: optional(
    record(
      'sites',
      NAME,
      NAME_RULE,
      object({
        network: required(text, "'192.168.0.0/16'"),
        gateway: required(text, "'203.0.113.7'"),
        asn: optional(nullable(wholeNumber(1, 2_147_483_647)), null),
      }),
    ),
    {},
  ),
  database: optionalObject(
    object({
      kind: optional(oneOf('instance', 'aurora-global'), 'instance'),
      version: optional(oneOf(17, 18), 17),
      replication: optional(oneOf('physical', 'none')),
      commit: optional(oneOf('confirmed', 'local')),
      lease: optional(duration, new Duration(3_000)),
      maxLag: optional(duration, new Duration(30_000)),
      backupCopies: optional(oneOf('daily', 'none'), 'daily'),
    }),
  ),
  gslb: optionalObject(
    object({
      provider: optional(oneOf('route53', 'accelerator'), 'route53'),
      policy: optional(oneOf('failover', 'latency', 'geolocation', 'weighted')),
      ttl: optional(duration, new Duration(10_000)),
      clientTail: optional(duration, new Duration(5_000)),
      health: optionalObject(
        object({ interval: optional(duration, new Duration(10_000)), threshold: optional(wholeNumber(1, 10), 2) }),
      ),
      switch: optionalObject(
        object({
          kind: optional(oneOf('none', 'routing-control', 'inverted-check'), 'none'),
          url: optional(nullable(text), null),
        }),
      ),
    }),
  ),
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
  const passive = read.mode === 'active-passive'
  const origin = Object.keys(read.regions ?? {})[0]
  const regions = Object.entries(read.regions ?? {}).map(
    ([key, found], position): [string, RegionDraft | undefined] => {
      if (found === undefined) return [key, undefined]
      const { dataPlane, database } = found
      const created: DatabaseSource | null =
        passive && origin !== undefined && key !== origin ? { region: origin, generation: 1 } : null
      return [
        key,
        {
          ...found,
          index: found.index ?? 1 + position,
          dataPlane: dataPlane && { ...dataPlane, growsTo: dataPlane.growsTo ?? dataPlane.instances },
          database: database && { ...database, from: database.from === undefined ? created : database.from },
        },
      ]
    },
  )
  const { mode, links, database, gslb, objectives } = read
  return {
    ...read,
    regions: read.regions && Object.fromEntries(regions),
    links: links && { kind: links.kind ?? (mode && (passive ? 'peering' : 'none')) },
    database: database && {
      ...database,
      replication: database.replication ?? (mode && (passive ? 'physical' : 'none')),
      commit: database.commit ?? (mode && (passive ? 'confirmed' : 'local')),
    },
    gslb: gslb && { ...gslb, policy: gslb.policy ?? (mode && (passive ? 'failover' : 'latency')) },
    objectives: objectives && { ...objectives, detect: objectives.detect ?? objectives.rto },
  }
}
