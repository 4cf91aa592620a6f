import { type Static, Type } from 'typebox'

/** How regions of a pair act without an operator. */
export interface AutomaticFailoverSettings {
  /** Seconds that the other region must have been silent. @default 10 */
  readonly after: number
  /** A writer whose standby confirms nothing goes on alone by itself; only with a witness. @default false */
  readonly solo: boolean
  /** @default null: two regions alone */
  readonly witness: WitnessSettings | null
}

/** One object in a third place, which is replaced by compare-and-swap. */
export interface WitnessSettings {
  /** `https://…`, or `s3://bucket/key`. */
  readonly url: string
  /** Of the bucket. @default null: as the AWS SDK finds it */
  readonly region: string | null
  /** Of an S3-compatible store other than AWS. @default null */
  readonly endpoint: string | null
  /** Sent to an `https` endpoint as `Authorization: Bearer`. @default null: the control plane's certificate is shown */
  readonly token: string | null
  /** What an `https` endpoint's certificate is verified with: PEM, or its file. @default null: the system's authorities */
  readonly ca: string | null
}

/** `antipode.automatic_failover` in `config.yaml`. */
export const AutomaticFailoverFile = Type.Object({
  after: Type.Optional(Type.Union([Type.Number({ minimum: 0 }), Type.String({ pattern: '^[0-9]+(ms|s|m|h|d)?$' })])),
  solo: Type.Optional(Type.Boolean()),
  witness: Type.Optional(
    Type.Object({
      url: Type.String({ pattern: '^(https://.+|s3://[^/]+/.*[^/])$' }),
      region: Type.Optional(Type.String({ minLength: 1 })),
      endpoint: Type.Optional(Type.String({ pattern: '^https?://.+' })),
      token: Type.Optional(Type.String({ minLength: 1 })),
      ca: Type.Optional(Type.String({ minLength: 1 })),
    }),
  ),
})

/** With every default filled in. @param seconds reads nginx's form of a time */
export function fillAutomaticFailover(
  file: Static<typeof AutomaticFailoverFile>,
  seconds: (time: number | string) => number,
): AutomaticFailoverSettings {
  const { witness } = file
  return {
    after: seconds(file.after ?? '10s'),
    solo: file.solo ?? false,
    witness: witness
      ? {
          url: witness.url,
          region: witness.region ?? null,
          endpoint: witness.endpoint ?? null,
          token: witness.token ?? null,
          ca: witness.ca ?? null,
        }
      : null,
  }
}
