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

/**
 * Use of a key by way of one service of a region, and no other way.
 *
 * @param keyArn of the key, or of its alias where the key belongs to a stack whose state is not read; IAM knows keys by
 * their alias in a condition alone
 */
export function keyUseThrough(
  service: string,
  region: string,
  keyArn: string,
  actions: readonly string[] = ['kms:Decrypt'],
): PolicyStatement {
  const through = { StringEquals: { 'kms:ViaService': `${service}.${region}.amazonaws.com` } }
  const [, keys, alias] = /^(.+:)(alias\/.+)$/.exec(keyArn) ?? []
  return {
    ...{ sid: 'UseItsKey', actions, resources: [alias ? `${keys}key/*` : keyArn] },
    conditions: { ...through, ...(alias && { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': alias } }) },
  }
}
