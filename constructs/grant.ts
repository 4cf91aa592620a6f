import type { IamRole } from '@cdktf/provider-aws/lib/iam-role/index.js'
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy/index.js'
import type { Construct } from 'constructs'
import { type PolicyStatement, policyDocument } from './policy-document.ts'
import { resourceName } from './resource-name.ts'

/** Who gets leave: a role, something whose processes have one, or a role that somebody else made, by its name. */
export type Grantee = IamRole | { readonly role: IamRole } | { readonly roleName: string }

/** Leave to do something: a policy of its own, kept with the construct that gives it. */
export function grant(
  giver: Construct,
  grantee: Grantee,
  what: string,
  ...statements: PolicyStatement[]
): IamRolePolicy {
  const { as, role } = roleOf(grantee)
  return new IamRolePolicy(giver, `${what}-by-${as}`, {
    // By its whole path: a role may have the same leave from two givers that go by one id in two stacks.
    name: resourceName(128, what, ...giver.node.path.split('/')),
    role,
    policy: policyDocument(...statements),
  })
}

function roleOf(grantee: Grantee): { readonly as: string; readonly role: string } {
  if ('roleName' in grantee) return { as: grantee.roleName, role: grantee.roleName }
  const role = 'role' in grantee ? grantee.role : grantee
  return { as: role.node.path.replaceAll('/', '-'), role: role.name }
}
