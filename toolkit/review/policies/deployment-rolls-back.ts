import { by, each, isTrue, nested } from './look.ts'
import type { Policy } from './policy.ts'

export const policy: Policy = {
  id: 'deployment-rolls-back',
  severity: 'approve',
  reason: 'A version that does not start should not take the one that runs along.',
  fix: 'Set deployment_circuit_breaker { enable = true, rollback = true }.',
  check: (view) =>
    each(view, 'aws_ecs_service')
      .filter(
        ({ values }) =>
          !nested(values, 'deployment_circuit_breaker').some(
            ({ enable, rollback }) => isTrue(enable) && isTrue(rollback),
          ),
      )
      .map((found) => by(found, 'a deployment that fails is not rolled back')),
  fails: { resources: { 'us-east-1': { aws_ecs_service: { gateways: { name: 'gateways' } } } } },
  passes: {
    resources: {
      'us-east-1': {
        aws_ecs_service: {
          gateways: { name: 'gateways', deployment_circuit_breaker: { enable: true, rollback: true } },
        },
      },
    },
  },
}
