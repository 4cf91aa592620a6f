import { RoutingControlSwitch } from 'antipode/constructs'
import { TerraformOutput, type TerraformStack } from 'cdktf'

/** Hand it to a `Route53Gslb` as its `failoverSwitch`, and turn each control on after the first apply. */
export function example(stack: TerraformStack): void {
  const thrown = new RoutingControlSwitch(stack, 'switch', { name: 'shop', regions: ['us-east-1', 'us-west-2'] })
  new TerraformOutput(stack, 'controls', {
    value: Object.fromEntries(Object.entries(thrown.routingControls).map(([region, { arn }]) => [region, arn])),
  })
}
