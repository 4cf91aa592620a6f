import { createRequire } from 'node:module'
import { Route53Record } from '@cdktf/provider-aws/lib/route53-record/index.js'
import { TerraformOutput } from 'cdktf'
import type { Construct } from 'constructs'
import { GroupSecrets, type Key, STATUS_PORT, SYNC_PORT } from '../constructs/index.ts'
import type { Duration, SiteDataPlane } from '../topology/index.ts'
import { LayerStack, type LayerStackProps } from './layer-stack.ts'

/** Where a site keeps what is downloaded for its data planes. */
const FOLDER = '/etc/antipode'

export interface SiteStackProps extends LayerStackProps {
  readonly site: string
  readonly dataPlane: SiteDataPlane
  /** Encrypts the identity of its data planes. */
  readonly key: Key
  /** Names of the control planes' balancers that it reaches, in the order in which they are called. */
  readonly controlPlanes: readonly string[]
  /** Makes its address known under `name` in the public zone. @default none: the GSLB answers with the address */
  readonly record?: { readonly zoneId: string; readonly name: string; readonly ttl: Duration }
}

/**
 * What a place that is not AWS needs to run data planes of this topology, and nothing that runs: their identity, which
 * `antipode credentials` fills, their `config.yaml` as an output, and the name of their address.
 */
export class SiteStack extends LayerStack {
  readonly secrets: GroupSecrets
  readonly record: Route53Record | undefined

  constructor(scope: Construct, id: string, props: SiteStackProps) {
    super(scope, id, props)
    const { topology, site, dataPlane, record } = props
    this.secrets = new GroupSecrets(this, 'identities', {
      name: `${topology}/${site}`,
      keyArn: props.key.arn,
      trustDomain: topology,
      groups: ['default'],
    })
    this.record =
      record &&
      new Route53Record(this, 'record', {
        zoneId: record.zoneId,
        name: record.name,
        type: 'A',
        ttl: record.ttl.seconds,
        records: [dataPlane.address],
      })
    this.#output('config', 'config.yaml of its data planes', this.#config(props))
    const secret = this.secrets.identities.default?.name ?? ''
    this.#output('secrets', 'The files that config.yaml names, as JSON: each a key of a secret in this region', {
      [`${FOLDER}/tls.crt`]: { secret, key: 'certificate' },
      [`${FOLDER}/tls.key`]: { secret, key: 'key' },
      [`${FOLDER}/ca.crt`]: { secret, key: 'authority' },
    })
  }

  #config({ site, controlPlanes }: SiteStackProps): string {
    const host = controlPlanes.map((name) => `https://${name}:${SYNC_PORT}`)
    const config = {
      apisix: { status: { ip: '0.0.0.0', port: STATUS_PORT } },
      deployment: {
        role: 'data_plane',
        role_data_plane: { control_plane: { host } },
        certs: { cert: `${FOLDER}/tls.crt`, cert_key: `${FOLDER}/tls.key`, trusted_ca_cert: `${FOLDER}/ca.crt` },
      },
      antipode: { region: site, gateway_group: 'default' },
    }
    // No folding: what Terraform fills in would be cut.
    // Loaded where there is a site: every other synthesis does without.
    const { stringify } = createRequire(import.meta.url)('yaml') as typeof import('yaml')
    return stringify(config, { lineWidth: 0 })
  }

  #output(name: string, description: string, value: string | object): void {
    const written = typeof value === 'string' ? value : JSON.stringify(value)
    new TerraformOutput(this, name, { value: written, description }).overrideLogicalId(name)
  }
}
