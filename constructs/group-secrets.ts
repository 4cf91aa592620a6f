import { SecretsmanagerSecret } from '@cdktf/provider-aws/lib/secretsmanager-secret/index.js'
import type { Construct } from 'constructs'
import { ExistingGroupIdentities, type ExistingGroupIdentitiesProps, GroupIdentities } from './group-identities.ts'
import { refuseProps } from './invalid-prop.ts'
import { keyProblem } from './prop-rules.ts'
import { type Transform, transform } from './transform.ts'

export interface GroupSecretsProps {
  /** Names begin with `<name>/`. */
  readonly name: string
  /** ARN of the key of the region. */
  readonly keyArn: string
  /** The deployment's trust domain, such as its topology's name: identities are `spiffe://<trust domain>/group/<group>`. */
  readonly trustDomain: string
  /** Gateway groups whose data planes run here. */
  readonly groups: readonly string[]
  /** Changes to inner resources. @default none */
  readonly transform?: Transform<GroupSecrets>
}

/**
 * The identities of data planes, one per gateway group: a certificate says which group's configuration its holder gets.
 * As with `RegionSecrets`, Terraform never sees a value, and `antipode credentials` fills them.
 */
export class GroupSecrets extends GroupIdentities {
  readonly identities: Readonly<Record<string, SecretsmanagerSecret>>

  readonly keyArn: string

  /** Uses identities that somebody else made. */
  static fromExisting(scope: Construct, id: string, props: ExistingGroupIdentitiesProps): GroupIdentities {
    return new ExistingGroupIdentities(scope, id, props)
  }

  /** @throws AntipodeError CONSTRUCT_INVALID where no group is named */
  constructor(scope: Construct, id: string, props: GroupSecretsProps) {
    super(scope, id)
    const { name, keyArn, trustDomain, groups } = props
    refuseProps(this, {
      groups: groups.length === 0 && `is empty; name the groups that run here, like 'default'`,
      keyArn: keyProblem(this, keyArn),
    })
    this.keyArn = keyArn
    this.identities = Object.fromEntries(
      groups.map((group) => {
        const own = group === 'default' ? 'data-plane-identity' : `data-plane-identity-${group}`
        const secret = new SecretsmanagerSecret(this, own, {
          name: `${name}/${own}`,
          description: `Identity of the data planes of ${group}`,
          kmsKeyId: keyArn,
          recoveryWindowInDays: 7,
          tags: { Holds: 'identity', Identity: `spiffe://${trustDomain}/group/${group}` },
        })
        return [group, secret]
      }),
    )
    transform(this, props.transform)
  }
}
