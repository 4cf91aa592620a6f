import { type TProperties, Type } from 'typebox'
import type { ServiceEndpoint } from '../admin-api/service-endpoint.ts'
import { ConnectionBody } from './connection-order.ts'
import { RevocationBody } from './revocation-order.ts'

const time = Type.String({ format: 'date-time' })
const orNull = (schema: TProperties[string]) => Type.Union([schema, Type.Null()])
const RevocationAnswer = Type.Object({
  credential: Type.String({ examples: ['certificate/4f1d', 'token/5b2e…'] }),
  reason: Type.String(),
  revoked: time,
  expires: orNull(time),
})
const ConnectionAnswer = Type.Object({
  certificate: Type.Optional(Type.String({ description: 'PEM; where the form is certificate' })),
  key: Type.Optional(Type.String({ description: 'PEM; where the form is certificate' })),
  token: Type.Optional(Type.String({ description: 'where the form is token' })),
  credential: Type.String({ description: 'what revokes it' }),
  expires: time,
  group: Type.String(),
  region: Type.String(),
  index: Type.String(),
  anchors: Type.String({ description: 'PEM of the authorities to trust' }),
  directory: orNull(Type.String({ description: 'of regions, signed' })),
  regions: Type.Array(Type.Object({ region: Type.String(), url: Type.String(), lineage: Type.String() })),
})
const AuthorityAnswer = Type.Object({
  authorities: Type.Array(
    Type.Object({
      id: Type.String(),
      subject: Type.String(),
      expires: time,
      issues: Type.Boolean(),
      instances: Type.Integer({ description: 'gateway instances that show a certificate of it' }),
    }),
  ),
})

/** What operators ask of the authority of a deployment. */
export const PKI_ENDPOINTS: readonly ServiceEndpoint[] = [
  {
    path: '/antipode/connections',
    tag: 'authority',
    operations: {
      POST: {
        ...{ summary: 'Issue what a new data plane needs', body: ConnectionBody },
        answers: { 201: { description: 'Issued, and kept nowhere', schema: ConnectionAnswer } },
      },
    },
  },
  {
    path: '/antipode/authority',
    tag: 'authority',
    operations: {
      GET: {
        summary: 'Which authorities are trusted, and which one issues',
        answers: { 200: { description: 'Authorities', schema: AuthorityAnswer } },
      },
    },
  },
  {
    path: '/antipode/revocations',
    tag: 'authority',
    operations: {
      GET: {
        summary: 'What is trusted no more',
        answers: {
          200: {
            description: 'Revocations',
            schema: Type.Object({ total: Type.Integer(), list: Type.Array(RevocationAnswer) }),
          },
        },
      },
    },
  },
  {
    path: '/antipode/revocations/{form}/{id}',
    tag: 'authority',
    operations: {
      PUT: {
        ...{ summary: 'Revoke a certificate by its serial, or a token by its jti, for good' },
        ...{ body: RevocationBody, mayBeEmpty: true, writes: true },
        answers: {
          200: { description: 'It was revoked before', schema: RevocationAnswer },
          201: { description: 'Revoked', schema: RevocationAnswer },
        },
      },
    },
  },
]
