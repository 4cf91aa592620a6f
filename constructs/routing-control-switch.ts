import type { IamRole } from '@cdktf/provider-aws/lib/iam-role/index.js'
import type { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy/index.js'
import { Route53HealthCheck } from '@cdktf/provider-aws/lib/route53-health-check/index.js'
import { Route53RecoverycontrolconfigCluster } from '@cdktf/provider-aws/lib/route53recoverycontrolconfig-cluster/index.js'
import { Route53RecoverycontrolconfigControlPanel } from '@cdktf/provider-aws/lib/route53recoverycontrolconfig-control-panel/index.js'
import { Route53RecoverycontrolconfigRoutingControl } from '@cdktf/provider-aws/lib/route53recoverycontrolconfig-routing-control/index.js'
import { Route53RecoverycontrolconfigSafetyRule } from '@cdktf/provider-aws/lib/route53recoverycontrolconfig-safety-rule/index.js'
import type { Construct } from 'constructs'
import { FailoverSwitch, type FailoverSwitchProps } from './failover-switch.ts'
import { grant } from './grant.ts'
import { resourceName } from './resource-name.ts'
import { type Transform, transform } from './transform.ts'

export interface RoutingControlSwitchProps extends FailoverSwitchProps {
  /** ARN of a cluster that is there; one holds the switches of many topologies. @default one is made, paid by the hour */
  readonly clusterArn?: string
  /** Changes to inner resources. @default none */
  readonly transform?: Transform<RoutingControlSwitch>
}

/**
 * A routing control of Application Recovery Controller a region, with a rule that leaves at least one of them on. Five
 * endpoints in five regions take the switching, so none of them has to be there.
 *
 * Controls begin off, and Terraform never turns one: turn them on once, after the first apply. Until then every check
 * fails, and Route 53 answers as if none did.
 */
export class RoutingControlSwitch extends FailoverSwitch {
  readonly cluster: Route53RecoverycontrolconfigCluster | undefined
  readonly controlPanel: Route53RecoverycontrolconfigControlPanel
  readonly routingControls: Readonly<Record<string, Route53RecoverycontrolconfigRoutingControl>>
  readonly safetyRule: Route53RecoverycontrolconfigSafetyRule
  readonly checks: Readonly<Record<string, Route53HealthCheck>>

  constructor(scope: Construct, id: string, props: RoutingControlSwitchProps) {
    super(scope, id, props)
    const { name, regions } = props
    const short = resourceName(64, name)
    this.cluster = props.clusterArn
      ? undefined
      : new Route53RecoverycontrolconfigCluster(this, 'cluster', { name: short })
    const clusterArn = props.clusterArn ?? this.cluster?.arn ?? ''
    this.controlPanel = new Route53RecoverycontrolconfigControlPanel(this, 'panel', { name: short, clusterArn })
    this.routingControls = Object.fromEntries(
      regions.map((region) => {
        const control = new Route53RecoverycontrolconfigRoutingControl(this, `control-${region}`, {
          name: region,
          clusterArn,
          controlPanelArn: this.controlPanel.arn,
        })
        return [region, control]
      }),
    )
    this.safetyRule = new Route53RecoverycontrolconfigSafetyRule(this, 'safety-rule', {
      name: resourceName(64, name, 'one-stays-on'),
      controlPanelArn: this.controlPanel.arn,
      assertedControls: Object.values(this.routingControls).map(({ arn }) => arn),
      waitPeriodMs: 5_000,
      ruleConfig: { type: 'ATLEAST', threshold: 1, inverted: false },
    })
    this.checks = Object.fromEntries(
      Object.entries(this.routingControls).map(([region, { arn }]) => {
        const check = new Route53HealthCheck(this, `on-${region}`, {
          type: 'RECOVERY_CONTROL',
          routingControlArn: arn,
          tags: { Name: `${name} ${region} is on`, Region: region },
          lifecycle: { createBeforeDestroy: true },
        })
        return [region, check]
      }),
    )
    transform(this, props.transform)
  }

  /** Lets a role turn the controls, and see how they are. */
  grantSwitch(role: IamRole): IamRolePolicy {
    return grant(this, role, 'switch', {
      sid: 'SwitchRegions',
      actions: [
        'route53-recovery-cluster:GetRoutingControlState',
        'route53-recovery-cluster:UpdateRoutingControlState',
        'route53-recovery-cluster:UpdateRoutingControlStates',
      ],
      resources: Object.values(this.routingControls).map(({ arn }) => arn),
    })
  }
}
