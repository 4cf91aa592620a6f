import type { PlannedResource } from '../terraform/planned-resources.ts'
import { sourceOf } from './provider-version.ts'

/** Something that only shows where a whole plan is read: what happens to two resources, and in which order. */
export interface PlanFinding {
  readonly address: string
  readonly severity: 'error' | 'warning'
  readonly summary: string
  /** Why, and what to change. */
  readonly detail: string
  readonly source: string
}

/** Types that others refer to: while they do, AWS does not delete it, or leaves what refers to it unclear. */
const REFERRED_TO = new Set([
  'aws_acm_certificate',
  'aws_db_parameter_group',
  'aws_lb_target_group',
  'aws_rds_cluster_parameter_group',
  'aws_route53_health_check',
  'aws_security_group',
])

/** What a plan meets, or does, when it is applied as it stands. */
export function checkPlan(planned: readonly PlannedResource[]): PlanFinding[] {
  return [...takenAwayTooEarly(planned), ...rangesStillTaken(planned)]
}

function takenAwayTooEarly(planned: readonly PlannedResource[]): PlanFinding[] {
  return planned
    .filter(({ action, type }) => action === 'replace' && REFERRED_TO.has(type))
    .map(({ address, type }) => ({
      address,
      severity: 'warning',
      summary: 'it is taken away before its successor is there',
      detail: 'What uses it is cut off in between, or AWS refuses. Set create_before_destroy.',
      source: sourceOf(type),
    }))
}

/** Nothing makes Terraform delete one subnet before it makes another in its range. */
function rangesStillTaken(planned: readonly PlannedResource[]): PlanFinding[] {
  const subnets = planned.filter(({ type }) => type === 'aws_subnet')
  const leaving = subnets.filter(({ action }) => action === 'delete')
  return subnets
    .filter(({ action }) => action === 'create')
    .flatMap(({ address, after }) => {
      const old = leaving.find(({ before }) => {
        return before?.vpc_id === after?.vpc_id && before?.cidr_block === after?.cidr_block
      })
      if (!old) return []
      return [
        {
          address,
          severity: 'error' as const,
          summary: `its range ${after?.cidr_block} is still taken`,
          detail: `By ${old.address}, which may be deleted later. Use a range that is free.`,
          source: sourceOf('aws_subnet'),
        },
      ]
    })
}
