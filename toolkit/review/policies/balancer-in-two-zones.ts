import { by, each, isSet } from './look.ts'
import type { Policy } from './policy.ts'

export const policy: Policy = {
  id: 'balancer-in-two-zones',
  severity: 'refuse',
  reason: 'A balancer in one zone is lost with that zone.',
  fix: 'Give it subnets in two zones at least.',
  check: (view) =>
    each(view, 'aws_lb').flatMap((found) => {
      const { subnets, subnet_mapping: mapping } = found.values
      const all = [subnets, mapping].flat().filter((it) => isSet(it))
      return Array.isArray(subnets ?? mapping) && all.length < 2 ? [by(found, `it has ${all.length} subnet`)] : []
    }),
  fails: { resources: { 'us-east-1': { aws_lb: { gateways: { subnets: ['subnet-1'] } } } } },
  passes: { resources: { 'us-east-1': { aws_lb: { gateways: { subnets: ['subnet-1', 'subnet-2'] } } } } },
}
