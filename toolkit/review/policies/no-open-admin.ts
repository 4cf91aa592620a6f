import { by, each } from './look.ts'
import type { Policy } from './policy.ts'

/** SSH, PostgreSQL, Redis, the sync listener, metrics, the Admin API. */
const GUARDED = [22, 5432, 6379, 7943, 9091, 9180]

export const policy: Policy = {
  id: 'no-open-admin',
  severity: 'refuse',
  reason: 'Admin API, sync listener and database are for known networks alone.',
  fix: 'Let a security group or a range of your own in, never everybody.',
  check: (view) =>
    each(view, 'aws_vpc_security_group_ingress_rule').flatMap((found) => {
      const { cidr_ipv4: four, cidr_ipv6: six, from_port: from, to_port: to } = found.values
      if (four !== '0.0.0.0/0' && six !== '::/0') return []
      const open = GUARDED.filter((port) => Number(from) <= port && port <= Number(to))
      return open.length === 0 ? [] : [by(found, `everybody may call port ${open.join(', ')}`)]
    }),
  fails: {
    resources: {
      'us-east-1': {
        aws_vpc_security_group_ingress_rule: { admin: { cidr_ipv4: '0.0.0.0/0', from_port: 9180, to_port: 9180 } },
      },
    },
  },
  passes: {
    resources: {
      'us-east-1': {
        aws_vpc_security_group_ingress_rule: { callers: { cidr_ipv4: '0.0.0.0/0', from_port: 443, to_port: 443 } },
      },
    },
  },
}
