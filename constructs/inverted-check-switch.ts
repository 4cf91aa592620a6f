import { Route53HealthCheck } from '@cdktf/provider-aws/lib/route53-health-check/index.js'
import type { Construct } from 'constructs'
import { FailoverSwitch, type FailoverSwitchProps } from './failover-switch.ts'
import { invalidProp } from './invalid-prop.ts'
import { type Transform, transform } from './transform.ts'

export interface InvertedCheckSwitchProps extends FailoverSwitchProps {
  /**
   * `https://…`, answered by something in none of the regions. A region is off while `<url>/<region>` answers with 2xx
   * or 3xx. Route 53 does not verify the certificate, so nobody but you may answer for that name.
   */
  readonly url: string
  /** Changes to inner resources. @default none */
  readonly transform?: Transform<InvertedCheckSwitch>
}

/**
 * A switch that is a file: put `<url>/us-east-1` there, and us-east-1 leaves the answers. The check is inverted, so that
 * a file that is missing, or a store that is down, leaves every region on.
 */
export class InvertedCheckSwitch extends FailoverSwitch {
  readonly checks: Readonly<Record<string, Route53HealthCheck>>

  constructor(scope: Construct, id: string, props: InvertedCheckSwitchProps) {
    super(scope, id, props)
    const { name, regions } = props
    const url = URL.parse(props.url)
    if (url?.protocol !== 'https:') {
      throw invalidProp(this, 'url', `'${props.url}' cannot be; use one that begins with https:// and is in no region`)
    }
    const folder = url.pathname.replace(/\/$/, '')
    this.checks = Object.fromEntries(
      regions.map((region) => {
        const check = new Route53HealthCheck(this, `off-${region}`, {
          type: 'HTTPS',
          fqdn: url.hostname,
          port: Number(url.port || 443),
          resourcePath: `${folder}/${region}`,
          enableSni: true,
          invertHealthcheck: true,
          requestInterval: 10,
          failureThreshold: 1,
          tags: { Name: `${name} ${region} is on`, Region: region },
          lifecycle: { createBeforeDestroy: true },
        })
        return [region, check]
      }),
    )
    transform(this, props.transform)
  }
}
