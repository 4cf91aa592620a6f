import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkPlan } from '../../../toolkit/offline/rules/plan-rules.ts'
import { readPlan } from '../../../toolkit/offline/terraform/planned-resources.ts'

type Values = Readonly<Record<string, unknown>> | null

/** What `terraform show -json` says of one resource. */
function change(address: string, actions: readonly string[], before: Values = {}, after: Values = {}): object {
  const [type, name] = address.split('.')
  return { address, type, name, mode: 'managed', change: { actions, before, after } }
}

function said(...changes: readonly object[]): string[] {
  return checkPlan(readPlan(JSON.stringify({ resource_changes: changes }))).map(({ address, severity, summary }) => {
    return `${severity} at ${address}: ${summary}`
  })
}

test('a health check, or what else is referred to, must not go before its successor is there', () => {
  assert.deepEqual(
    said(
      change('aws_route53_health_check.east', ['delete', 'create']),
      change('aws_route53_health_check.west', ['create', 'delete']),
      change('aws_lb_target_group.calls', ['delete', 'create']),
      change('aws_route53_record.east', ['delete', 'create']),
    ),
    [
      'warning at aws_route53_health_check.east: it is taken away before its successor is there',
      'warning at aws_lb_target_group.calls: it is taken away before its successor is there',
    ],
  )
})

test('a subnet is not made in a range that another one of the network still holds', () => {
  const range = { vpc_id: 'vpc-1', cidr_block: '10.0.0.0/20' }
  const leaving = change('aws_subnet.b', ['delete'], range, null)
  assert.deepEqual(said(leaving, change('aws_subnet.c', ['create'], null, range)), [
    'error at aws_subnet.c: its range 10.0.0.0/20 is still taken',
  ])
  assert.deepEqual(said(leaving, change('aws_subnet.c', ['create'], null, { ...range, vpc_id: 'vpc-2' })), [])
  assert.deepEqual(
    said(leaving, change('aws_subnet.c', ['create'], null, { ...range, cidr_block: '10.0.16.0/20' })),
    [],
  )
})
