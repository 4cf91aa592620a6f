import { by, each, isTrue, nested } from './look.ts'
import type { Policy } from './policy.ts'

export const policy: Policy = {
  id: 'tasks-are-private',
  severity: 'refuse',
  reason: 'What has a public address is found by everybody.',
  fix: 'Set assign_public_ip to false, and go out through NAT or endpoints.',
  check: (view) =>
    each(view, 'aws_ecs_service')
      .filter(({ values }) =>
        nested(values, 'network_configuration').some(({ assign_public_ip: open }) => isTrue(open)),
      )
      .map((found) => by(found, 'its tasks have public addresses')),
  fails: {
    resources: {
      'us-east-1': { aws_ecs_service: { gateways: { network_configuration: { assign_public_ip: true } } } },
    },
  },
  passes: {
    resources: {
      'us-east-1': { aws_ecs_service: { gateways: { network_configuration: { assign_public_ip: false } } } },
    },
  },
}
