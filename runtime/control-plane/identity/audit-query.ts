import { Type } from 'typebox'
import { queryReader } from '../admin-api/query-schema.ts'
import type { AuditFilter } from '../audit/audit-log.ts'

const MAX_PAGE_SIZE = 500
/** Beyond it no date is one. */
const LATEST = 8.64e12

const text = (description: string) =>
  Type.Optional(Type.String({ pattern: '^[^\\x00]*$', maxLength: 1_024, description }))
const time = (description: string) => Type.Optional(Type.Integer({ minimum: 0, maximum: LATEST, description }))

/** The query of `GET /api/audit_logs/export`. */
export const AuditExportQuery = Type.Object({
  start_time: time('seconds since 1970; not before'),
  end_time: time('seconds since 1970; before'),
  kind: text('write, denied, login, issued or authority'),
  by: text('as `user ann`'),
  resource_type: text('as `routes`'),
  resource_id: text('as it is in its path'),
  gateway_group: text('the gateway group of what was changed'),
})

/** The query of `GET /api/audit_logs`. */
export const AuditQuery = Type.Object({
  ...AuditExportQuery.properties,
  page: Type.Optional(Type.Integer({ minimum: 1 })),
  page_size: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_PAGE_SIZE })),
})

const orNull = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) => Type.Union([schema, Type.Null()])

/** An entry as it is answered. */
export const AuditEntryAnswer = Type.Object({
  id: Type.String(),
  at: Type.String({ format: 'date-time' }),
  kind: Type.String(),
  by: Type.String(),
  address: orNull(Type.String()),
  method: orNull(Type.String()),
  path: orNull(Type.String()),
  status: Type.Integer(),
  write: orNull(Type.String({ format: 'uuid' })),
  epoch: orNull(Type.Integer()),
  revision: orNull(Type.Integer()),
  changes: Type.Array(
    Type.Object({
      group: Type.Optional(Type.String()),
      type: Type.String(),
      id: Type.String(),
      before: Type.Unknown({ description: 'null where it was not there; secrets are ***' }),
      after: Type.Unknown({ description: 'null where it is no more' }),
    }),
  ),
})

type Query = Readonly<Record<string, string | string[] | undefined>>

const readList = queryReader(AuditQuery)
const readExport = queryReader(AuditExportQuery)

/** @throws Refusal 400 naming what cannot be read */
export function readAuditQuery(query: Query): {
  readonly filter: AuditFilter
  readonly page: number
  readonly size: number
} {
  const { page = 1, page_size: size = 50 } = readList(query)
  return { filter: readAuditFilter(query), page, size }
}

/** @throws Refusal 400 naming what cannot be read */
export function readAuditFilter(query: Query): AuditFilter {
  const { start_time: from, end_time: until, kind, by, resource_type, resource_id, gateway_group } = readExport(query)
  return {
    ...(from !== undefined && { from: new Date(from * 1000) }),
    ...(until !== undefined && { until: new Date(until * 1000) }),
    ...(kind !== undefined && { kind }),
    ...(by !== undefined && { by }),
    ...(resource_type !== undefined && { resourceType: resource_type }),
    ...(resource_id !== undefined && { resourceId: resource_id }),
    ...(gateway_group !== undefined && { group: gateway_group }),
  }
}
