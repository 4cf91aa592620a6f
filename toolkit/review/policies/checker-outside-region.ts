import { by, each, isSet, nested } from './look.ts'
import type { Policy } from './policy.ts'

export const policy: Policy = {
  id: 'checker-outside-region',
  severity: 'refuse',
  reason: 'A check that runs in the region it checks is lost with it, and then says nothing.',
  fix: 'Let Route 53’s own checkers ask, or an alarm and a switch in another region.',
  check: (view) => [
    ...each(view, 'aws_route53_health_check')
      .filter(({ values }) => isSet(values.cloudwatch_alarm_region))
      .filter(({ values, name }) => {
        const checked = nested(values, 'tags')[0]?.Region ?? /[a-z]{2}-[a-z]+-\d/.exec(name)?.[0]
        return checked === values.cloudwatch_alarm_region
      })
      .map((found) =>
        by(found, `it follows an alarm in ${found.values.cloudwatch_alarm_region}, the region that it checks`),
      ),
    ...view.topologies.flatMap(({ topology: { name, regions, gslb } }) => {
      const { url } = gslb.switch
      const inside = Object.keys(regions).find((region) => url?.includes(region))
      if (!inside) return []
      const message = `the switch is asked at ${url}, which is in ${inside}`
      return [{ message, region: inside, topology: name, path: 'gslb.switch.url' }]
    }),
  ],
  fails: {
    resources: {
      'us-east-1': {
        aws_route53_health_check: {
          east: { type: 'CLOUDWATCH_METRIC', cloudwatch_alarm_region: 'us-east-1', tags: { Region: 'us-east-1' } },
        },
      },
    },
  },
  passes: {
    resources: {
      'us-east-1': {
        aws_route53_health_check: {
          east: { type: 'CLOUDWATCH_METRIC', cloudwatch_alarm_region: 'us-west-2', tags: { Region: 'us-east-1' } },
        },
      },
    },
  },
}
