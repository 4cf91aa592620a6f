import type { PolicyStatement } from './policy-document.ts'

/** What the control planes of a pair do without an operator. */
export interface AutomaticFailoverProps {
  /** Seconds that the other region must have been silent. */
  readonly after: number
  /** A writer whose standby confirms nothing goes on alone; needs a witness. @default false */
  readonly solo?: boolean
  /** One object in a third place, the same for both regions. @default none */
  readonly witness?: WitnessProps
}

export interface WitnessProps {
  /** `https://…`, or `s3://bucket/key`. */
  readonly url: string
  /** Of the bucket. @default none */
  readonly region?: string | null
  /** Of a store other than AWS. @default none */
  readonly endpoint?: string | null
}

/** The key `automatic_failover` of `config.yaml`. */
export function automaticFailoverConfig({ after, solo = false, witness }: AutomaticFailoverProps): object {
  const { url, region, endpoint } = witness ?? {}
  return {
    after,
    solo,
    ...(witness && { witness: { url, ...(region && { region }), ...(endpoint && { endpoint }) } }),
  }
}

/** What S3 must let control planes do with their witness; nothing where it is elsewhere. */
export function witnessStatements({ witness }: AutomaticFailoverProps, partition: string): PolicyStatement[] {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(witness?.url ?? '') ?? []
  if (bucket === undefined || witness?.endpoint) return []
  return [
    {
      sid: 'AskTheWitness',
      actions: ['s3:GetObject', 's3:PutObject'],
      resources: [`arn:${partition}:s3:::${bucket}/${key}`],
    },
    // Whoever may not list is told that access is denied where there is no object yet.
    { sid: 'SeeThatThereIsNone', actions: ['s3:ListBucket'], resources: [`arn:${partition}:s3:::${bucket}`] },
  ]
}
