/** One statement of an IAM policy. */
export interface PolicyStatement {
  readonly sid?: string
  /** @default 'Allow' */
  readonly effect?: 'Allow' | 'Deny'
  readonly actions: readonly string[]
  /** @default none, as in the policy that says who may assume a role */
  readonly resources?: readonly string[]
  readonly principals?: Readonly<Record<string, string | readonly string[]>>
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>
}

/** An IAM policy as JSON. */
export function policyDocument(...statements: readonly PolicyStatement[]): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: statements.map(({ sid, effect = 'Allow', actions, resources, principals, conditions }) => ({
      ...(sid && { Sid: sid }),
      Effect: effect,
      ...(principals && { Principal: principals }),
      Action: actions,
      ...(resources && { Resource: resources }),
      ...(conditions && { Condition: conditions }),
    })),
  })
}

/** Use of a key by way of one service of a region, and no other way. */
export function keyUseThrough(
  service: string,
  region: string,
  keyArn: string,
  actions: readonly string[] = ['kms:Decrypt'],
): PolicyStatement {
  const conditions = { StringEquals: { 'kms:ViaService': `${service}.${region}.amazonaws.com` } }
  return { sid: 'UseItsKey', actions, resources: [keyArn], conditions }
}
