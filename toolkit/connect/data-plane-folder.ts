import { stringify } from 'yaml'
import { AntipodeError } from '../../runtime/model/errors.ts'
import { controlPlanesFor } from '../../runtime/model/region-directory.ts'
import type { Connection, ConnectionFile } from './connection.ts'
import type { Platform, PlatformInput } from './platform.ts'

export interface FolderOptions extends Omit<PlatformInput, 'files'> {
  /** Addresses of control planes, the own region's first. @default those of the directory of regions */
  readonly controlPlanes: readonly string[]
}

/**
 * All files of a data plane's folder, and what to type then. Nothing is written.
 *
 * @throws AntipodeError USAGE where nobody knows the address of a control plane
 */
export function dataPlaneFolder(
  connection: Connection,
  platform: Platform,
  options: FolderOptions,
): { readonly files: readonly ConnectionFile[]; readonly commands: readonly string[] } {
  const credentials = credentialFiles(connection, options.controlPlanes.length === 0)
  const input = { ...options, files: credentials.map(({ name }) => name) }
  const config = { name: 'config.yaml', content: configOf(connection, platform, input, options.controlPlanes) }
  return { files: [config, ...credentials, ...platform.write(input)], commands: platform.commands(input) }
}

function credentialFiles({ certificate, key, token, anchors, directory }: Connection, byDirectory: boolean) {
  return [
    { name: 'ca.crt', content: anchors },
    ...(certificate ? [{ name: 'tls.crt', content: certificate }] : []),
    ...(key ? [{ name: 'tls.key', content: key }] : []),
    ...(token ? [{ name: 'token', content: `${token}\n` }] : []),
    ...(token && directory && byDirectory ? [{ name: 'regions', content: `${directory}\n` }] : []),
  ]
}

function configOf(connection: Connection, platform: Platform, input: PlatformInput, named: readonly string[]): string {
  const place = platform.place(input)
  const at = (name: string) => `${place.files}/${name}`
  const { token, region, group } = connection
  const byDirectory = input.files.includes('regions')
  const hosts = byDirectory ? [] : addressesOf(connection, named)
  return stringify({
    apisix: {
      node_listen: [{ ip: '0.0.0.0', port: 9080 }],
      status: { ip: platform.isContainer ? '0.0.0.0' : '127.0.0.1', port: 7085 },
    },
    deployment: {
      role: 'data_plane',
      ...(byDirectory ? {} : { role_data_plane: { control_plane: { host: hosts } } }),
      certs: {
        ...(token ? {} : { cert: at('tls.crt'), cert_key: at('tls.key') }),
        trusted_ca_cert: at('ca.crt'),
      },
    },
    antipode: {
      region,
      gateway_group: group,
      ...(token ? { token: at('token') } : {}),
      ...(byDirectory ? { directory: at('regions') } : {}),
      cache_dir: place.state,
    },
  })
}

function addressesOf({ region, regions }: Connection, named: readonly string[]): readonly string[] {
  if (named.length > 0) return named
  if (regions.some((entry) => entry.region === region)) return controlPlanesFor(region, { iss: '', iat: 0, regions })
  const known = regions.map((entry) => entry.region).join(', ')
  const reason = known
    ? `region ${region} is not one of ${known}; name the addresses of its control planes with --control-plane`
    : 'the control plane does not know its own address (antipode.sync_address); name it with --control-plane'
  throw new AntipodeError('USAGE', { reason })
}
