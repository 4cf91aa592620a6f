import { Type } from 'typebox'
import type { RegionChange } from '../../model/region-state.ts'
import { compileSchema } from '../../model/schema-compiler.ts'

/** The largest epoch that the database holds. */
const LAST_EPOCH = 2_147_483_647

const epoch = Type.Optional(Type.Integer({ minimum: 1, maximum: LAST_EPOCH }))
const yes = Type.Optional(Type.Boolean())

const check = compileSchema(
  Type.Object(
    {
      ...{ role: Type.Optional(Type.Enum(['draining', 'active', 'solo'])), expectedEpoch: epoch, epoch },
      ...{ writerEnded: yes, awaitConfirmation: yes, allowDataLoss: yes, peerIsDestroyed: yes, hold: yes },
    },
    { additionalProperties: false },
  ),
)

/** The body of `PUT /antipode/region`; throws an error of status 400 for anything else, before anything is changed. */
export function readRegionChange(body: unknown): RegionChange {
  const problem = check(body)
  if (problem === undefined) return body as RegionChange
  throw Object.assign(new Error(`invalid change of a region: ${problem}`), { statusCode: 400 })
}
