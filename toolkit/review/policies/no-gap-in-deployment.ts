import { by, each, isSet } from './look.ts'
import type { Policy } from './policy.ts'

export const policy: Policy = {
  id: 'no-gap-in-deployment',
  severity: 'refuse',
  reason: 'A deployment that stops tasks before their successors are healthy is an outage.',
  fix: 'Leave deployment_minimum_healthy_percent at 100.',
  check: (view) =>
    each(view, 'aws_ecs_service')
      .filter(
        ({ values }) =>
          isSet(values.deployment_minimum_healthy_percent) && Number(values.deployment_minimum_healthy_percent) < 50,
      )
      .map((found) => by(found, `only ${found.values.deployment_minimum_healthy_percent} % of its tasks stay healthy`)),
  fails: { resources: { 'us-east-1': { aws_ecs_service: { gateways: { deployment_minimum_healthy_percent: 0 } } } } },
  passes: {
    resources: { 'us-east-1': { aws_ecs_service: { gateways: { deployment_minimum_healthy_percent: 100 } } } },
  },
}
