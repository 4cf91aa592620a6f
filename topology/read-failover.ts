import { Duration } from './duration.ts'
import { duration } from './read-quantities.ts'
import { flag, nullable, object, optional, required, text } from './reader.ts'

/** What is done without an operator. */
export const failover = object({
  automatic: required(
    object({
      after: optional(duration, new Duration(10_000)),
      solo: optional(flag, false),
      witness: optional(
        nullable(
          object({
            url: required(text, "'s3://payments-witness/payments.json'"),
            region: optional(nullable(text), null),
            endpoint: optional(nullable(text), null),
          }),
        ),
        null,
      ),
    }),
    '{ after: seconds(10) }',
  ),
})
