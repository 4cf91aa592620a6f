import { Type } from 'typebox'
import { REGION_ROLES } from '../../model/region-state.ts'
import type { ServiceEndpoint } from './service-endpoint.ts'

const orNull = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) => Type.Union([schema, Type.Null()])
const role = Type.Enum([...REGION_ROLES])
const version = { epoch: Type.Integer(), revision: Type.Integer() }

/** What `RegionState` looks like to clients. */
const RegionAnswer = Type.Object({
  region: Type.String(),
  role,
  reason: Type.String({ description: 'why the role is what it is' }),
  lineage: orNull(Type.String()),
  ...version,
  hash: orNull(Type.String({ description: 'of the configuration of the gateway group default' })),
  durability: Type.Enum(['confirmed', 'local']),
  writer: orNull(Type.String({ description: 'the region that wrote the newest epoch known here' })),
  lease: orNull(Type.Object({ ttl: Type.Number(), remaining: Type.Number() }, { description: 'in seconds' })),
  peer: orNull(
    Type.Object({
      ...{ region: Type.String(), reachable: Type.Boolean(), role: orNull(role) },
      ...{ epoch: orNull(Type.Integer()), revision: orNull(Type.Integer()) },
    }),
  ),
  lag: orNull(Type.Object({ bytes: Type.Number(), seconds: Type.Number() })),
  automatic: Type.Optional(
    Type.Object(
      { ready: Type.Boolean(), reason: Type.String() },
      { description: 'whether it would act by itself once the other region was gone; absent where only operators act' },
    ),
  ),
  answered: orNull(Type.Object(version)),
  instances: Type.Array(Type.Object({ id: Type.String(), group: Type.String(), status: Type.String() })),
  peerInstances: Type.Array(Type.Object({ id: Type.String(), group: Type.String(), status: Type.String() })),
})

const write = { write: Type.String({ format: 'uuid' }), region: Type.String(), role }
const WriteAnswer = Type.Object({ ...write, status: Type.Literal('applied'), version: Type.Object(version) })
const UnknownWrite = Type.Object({ ...write, error_msg: Type.String(), status: Type.Literal('unknown') })

export const REGION_ENDPOINTS: readonly ServiceEndpoint[] = [
  {
    path: '/antipode/region',
    tag: 'region',
    operations: {
      GET: {
        summary: "The region's role, newest version, lease, peer, lag and gateway instances",
        answers: { 200: { description: 'What its leader says', schema: RegionAnswer } },
      },
    },
  },
  {
    path: '/antipode/writes/{write}',
    tag: 'region',
    operations: {
      GET: {
        summary: 'What became of a write',
        answers: {
          200: { description: 'It is part of the configuration', schema: WriteAnswer },
          404: { description: 'It is not, as far as whoever answers knows', schema: UnknownWrite },
        },
      },
    },
  },
]
