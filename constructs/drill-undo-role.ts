import { IamRole } from '@cdktf/provider-aws/lib/iam-role/index.js'
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy/index.js'
import { Construct } from 'constructs'
import { refuseProps } from './invalid-prop.ts'
import { policyDocument } from './policy-document.ts'
import { resourceName } from './resource-name.ts'
import { Surroundings } from './surroundings.ts'
import { type Transform, transform } from './transform.ts'

export interface DrillUndoRoleProps {
  /** The role is called `<name>-drill-undo`. */
  readonly name: string
  /** Ids of the network ACLs that live drills may add rules to, by region. */
  readonly networkAcls: Readonly<Record<string, string>>
  /** Changes to inner resources. @default none */
  readonly transform?: Transform<DrillUndoRole>
}

/**
 * What EventBridge Scheduler takes to undo a live drill whose runner has died: it may delete rules of the networks that
 * are drilled, and nothing else. Nobody needs it who runs no live drill.
 */
export class DrillUndoRole extends Construct {
  readonly role: IamRole
  readonly policy: IamRolePolicy

  constructor(scope: Construct, id: string, props: DrillUndoRoleProps) {
    super(scope, id)
    const networks = Object.entries(props.networkAcls)
    refuseProps(this, { networkAcls: networks.length === 0 && 'is empty; name the network ACL of each region' })
    const surroundings = Surroundings.of(this)
    this.role = new IamRole(this, 'role', {
      name: resourceName(64, props.name, 'drill-undo'),
      assumeRolePolicy: policyDocument({
        principals: { Service: 'scheduler.amazonaws.com' },
        actions: ['sts:AssumeRole'],
        conditions: { StringEquals: { 'aws:SourceAccount': surroundings.account } },
      }),
    })
    this.policy = new IamRolePolicy(this, 'policy', {
      name: 'undo-drills',
      role: this.role.name,
      policy: policyDocument({
        sid: 'TakeRulesBack',
        actions: ['ec2:DeleteNetworkAclEntry'],
        resources: networks.map(([region, acl]) => surroundings.arn('ec2', `network-acl/${acl}`, region)),
      }),
    })
    transform(this, props.transform)
  }

  /** What `antipode drill --live --undo-role` is given. */
  get arn(): string {
    return this.role.arn
  }
}
