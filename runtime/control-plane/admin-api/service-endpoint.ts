import type { TObject, TSchema } from 'typebox'
import type { Method } from './endpoints.ts'

/** What one endpoint beside APISIX's answers with a status. */
export interface ServiceAnswer {
  readonly description: string
  readonly schema?: TSchema
  /** @default 'application/json' */
  readonly type?: string
}

export interface ServiceOperation {
  readonly summary: string
  /** The very schemas that calls are checked against. */
  readonly query?: TObject
  readonly body?: TSchema
  /** A JSON Patch (RFC 6902) instead of a body of its own. */
  readonly patches?: boolean
  /** The body may be left out. */
  readonly mayBeEmpty?: boolean
  /** Whether it is a write: it takes an id of the write, and may be in doubt. */
  readonly writes?: boolean
  /** Nobody has to say who they are. */
  readonly open?: boolean
  /** Those that are particular to it; 400, 401, 403 and 404 go without saying. */
  readonly answers: Readonly<Record<number, ServiceAnswer>>
}

/** One path beside `/apisix/admin`, and what each method does there. */
export interface ServiceEndpoint {
  /** From the root, as `/api/users/{username}`. */
  readonly path: string
  readonly tag: string
  readonly operations: Readonly<Partial<Record<Method, ServiceOperation>>>
}
