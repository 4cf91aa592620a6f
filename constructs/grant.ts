import type { IamRole } from '@cdktf/provider-aws/lib/iam-role/index.js'
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy/index.js'
import type { Construct } from 'constructs'
import { type PolicyStatement, policyDocument } from './policy-document.ts'
import { resourceName } from './resource-name.ts'

/** Leave for a role to do something: a policy of its own, kept with the construct that gives it. */
export function grant(giver: Construct, role: IamRole, what: string, ...statements: PolicyStatement[]): IamRolePolicy {
  return new IamRolePolicy(giver, `${what}-by-${role.node.path.replaceAll('/', '-')}`, {
    name: resourceName(128, what, giver.node.id),
    role: role.name,
    policy: policyDocument(...statements),
  })
}
