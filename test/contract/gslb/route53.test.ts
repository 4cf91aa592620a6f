import { AwsProvider } from '@cdktf/provider-aws/lib/provider/index.js'
import { Route53Gslb } from '../../../constructs/index.ts'
import { seconds } from '../../../topology/index.ts'
import { type Block, resources, type SynthesisedStack } from '../../stacks/synthesise.ts'
import { describeGslb, type Place } from './suite.ts'

describeGslb({
  name: 'route53',
  policies: ['failover', 'latency', 'weighted', 'geolocation'],
  kind: 'CNAME',
  shortest: { ttl: 1, interval: 10 },
  prepare: (stack) => {
    new AwsProvider(stack, 'aws', { region: 'us-east-1' })
  },
  make: (stack, id, { ttl, interval, threshold, ...props }) =>
    new Route53Gslb(stack, id, {
      ...props,
      zoneId: 'Z1',
      ttl: seconds(ttl),
      health: { interval: seconds(interval), threshold },
    }),
  offers: (stack, host) =>
    answers(stack, host).map((record) => {
      const check = checkOf(stack, record)
      return {
        identifier: `${record.name} ${record.set_identifier}`,
        region: String((check?.tags as Block | undefined)?.Region),
        balancer: String((record.records as string[])[0]),
        kind: record.type === 'CNAME' ? 'CNAME' : 'anycast',
        ttl: record.ttl as number,
        check: check && {
          path: String(check.resource_path),
          interval: Number(check.request_interval),
          threshold: Number(check.failure_threshold),
        },
      }
    }),
  answered: (stack, host, lost, place) => {
    const isUp = (record: Block): boolean =>
      !lost.has(String((checkOf(stack, record)?.tags as Block | undefined)?.Region))
    const named = atName(stack, host)
    const aliased = aliasFor(named, place)
    const records = aliased ? atName(stack, String((aliased.alias as Block).name)) : named
    // Where none is healthy, Route 53 answers as if all were.
    const healthy = records.filter(isUp)
    const candidates = healthy.length > 0 ? healthy : records
    const weighted = candidates.map((record): [string, number] => {
      return [regionOf(stack, record), ((record.weighted_routing_policy as Block | undefined)?.weight as number) ?? 1]
    })
    const primary = candidates.find(
      (record) => (record.failover_routing_policy as Block | undefined)?.type === 'PRIMARY',
    )
    if (primary) return new Map([[regionOf(stack, primary), 1]])
    const chosen = weighted.some(([, weight]) => weight > 0) ? weighted.filter(([, weight]) => weight > 0) : weighted
    const total = chosen.reduce((sum, [, weight]) => sum + weight, 0) || 1
    return new Map(chosen.map(([region, weight]) => [region, weight / total]))
  },
})

function atName(stack: SynthesisedStack, name: string): Block[] {
  return Object.values(resources(stack, 'aws_route53_record')).filter((record) => record.name === name)
}

/** Records with an answer of their own: those of the host, or of the names that its aliases lead to. */
function answers(stack: SynthesisedStack, host: string): Block[] {
  return atName(stack, host)
    .flatMap(({ alias, ...record }) => {
      return alias ? atName(stack, String((alias as Block).name)) : [record]
    })
    .filter((record, index, all) => all.findIndex((other) => other.set_identifier === record.set_identifier) === index)
}

function checkOf(stack: SynthesisedStack, record: Block): Block | undefined {
  const [, name = ''] = /^\$\{aws_route53_health_check\.(.+)\.id\}$/.exec(`${record.health_check_id}`) ?? []
  return resources(stack, 'aws_route53_health_check')[name]
}

function regionOf(stack: SynthesisedStack, record: Block): string {
  return String((checkOf(stack, record)?.tags as Block | undefined)?.Region)
}

/** The most specific place goes first; an alias follows the health of what it leads to. */
function aliasFor(records: readonly Block[], { country, continent }: Place): Block | undefined {
  const by = (key: string, value: string) => {
    return records.find((record) => (record.geolocation_routing_policy as Block | undefined)?.[key] === value)
  }
  return by('country', country) ?? by('continent', continent) ?? by('country', '*')
}
