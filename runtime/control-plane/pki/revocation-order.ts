import { type Static, Type } from 'typebox'
import { compileSchema } from '../../model/schema-compiler.ts'
import type { Credential } from './credential.ts'
import type { Revocation } from './revocations.ts'

/** The body of `PUT /antipode/revocations/…`. */
export const RevocationBody = Type.Object(
  {
    reason: Type.Optional(Type.String({ maxLength: 1024, description: 'by an operator, if left out' })),
    expires: Type.Optional(
      Type.Union([Type.String({ maxLength: 64 }), Type.Null()], {
        description:
          'a time in ISO 8601 after which the credential has expired anyway, and the revocation is forgotten',
      }),
    ),
  },
  { additionalProperties: false },
)

const check = compileSchema(RevocationBody)

/** @returns what is wrong with the body where it cannot be carried out */
export function readRevocation(body: unknown, credential: Credential): Revocation | string {
  const wrong = check(body ?? {})
  if (wrong) return `invalid configuration: ${wrong}`
  const { reason = 'by an operator', expires = null } = (body ?? {}) as Static<typeof RevocationBody>
  if (expires !== null && Number.isNaN(Date.parse(expires))) return 'property "expires" is a time in ISO 8601'
  const revoked = new Date().toISOString()
  return { credential, reason, revoked, expires: expires === null ? null : new Date(expires).toISOString() }
}
