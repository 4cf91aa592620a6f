import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readZone } from '../../../../toolkit/local/gslb/synthesised-zone.ts'

const host = 'api.example.test'
const stack = (record: object) => ({
  resource: {
    aws_route53_record: { east: { name: host, set_identifier: 'us-east-1', ttl: 10, ...record } },
    aws_route53_health_check: { check: { resource_path: '/ready', request_interval: 10, failure_threshold: 2 } },
  },
})
const health_check_id = '${aws_route53_health_check.check.id}'

describe('the zone of a synthesised stack', () => {
  it('joins a record and its health check, whether a block is an object or a list', () => {
    for (const policy of [{ type: 'PRIMARY' }, [{ type: 'PRIMARY' }]]) {
      const zone = readZone(stack({ health_check_id, failover_routing_policy: policy }), host)
      const check = { path: '/ready', interval: 10, threshold: 2 }
      const expected = { region: 'us-east-1', ttl: 10, policy: { kind: 'failover', type: 'PRIMARY' }, check }
      assert.deepEqual(zone, { host, records: [expected] })
    }
  })

  it('asks the gateway where a calculated check joins it with a switch', () => {
    const ready = { type: 'HTTP', resource_path: '/ready', request_interval: 10, failure_threshold: 2 }
    const checks = {
      both: {
        type: 'CALCULATED',
        child_healthchecks: ['off', 'ready'].map((name) => `\${aws_route53_health_check.${name}.id}`),
      },
      off: { type: 'HTTP', invert_healthcheck: true, resource_path: '/off/us-east-1' },
      ready,
    }
    const record = { health_check_id: '${aws_route53_health_check.both.id}', latency_routing_policy: {} }
    const { resource } = stack(record)
    const zone = readZone({ resource: { ...resource, aws_route53_health_check: checks } }, host)
    assert.deepEqual(zone.records[0]?.check, { path: '/ready', interval: 10, threshold: 2 })
  })

  it('names the record that lacks a health check or a known policy', () => {
    assert.throws(
      () => readZone(stack({ latency_routing_policy: {} }), host),
      /aws_route53_record.east names no health/,
    )
    assert.throws(() => readZone(stack({ health_check_id }), host), /aws_route53_record.east has a routing policy/)
  })

  it('refuses a stack without records of the host', () => {
    assert.throws(() => readZone({ resource: {} }, host), /no records of api.example.test/)
  })
})
