import { oneTimeCertificate } from './certificate.ts'
import type { MutualTls } from './grpc-server.ts'

/** Of Terraform's plugin protocol: Terraform 1.0 and newer speak it, and 1.11 all that providers here need. */
export const PROTOCOL_VERSION = 6

/** By this Terraform shows that it is the one who starts a provider, and not a person at a prompt. */
const COOKIE = {
  name: 'TF_PLUGIN_MAGIC_COOKIE',
  value: 'd602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2',
} as const

export interface Agreement {
  readonly tls?: MutualTls
  /** The line by which Terraform learns where the provider listens. Nothing may stand before it on stdout. */
  announce(socket: string): string
}

/**
 * Reads what Terraform, or another client of HashiCorp's go-plugin, says through the environment.
 *
 * @throws Error that tells a person what to do instead
 */
export function agree(env: NodeJS.ProcessEnv): Agreement {
  if (env[COOKIE.name] !== COOKIE.value) {
    throw new Error(
      'This program is a Terraform provider: Terraform starts it. Name it in required_providers and run terraform init.',
    )
  }
  const offered = env.PLUGIN_PROTOCOL_VERSIONS?.split(',').map(Number)
  if (offered && !offered.includes(PROTOCOL_VERSION)) {
    throw new Error(`This provider speaks version ${PROTOCOL_VERSION} of the plugin protocol: Terraform 1.11 or newer.`)
  }
  const line = (socket: string, rest = '') => `1|${PROTOCOL_VERSION}|unix|${socket}|grpc|${rest}\n`
  if (!env.PLUGIN_CLIENT_CERT) return { announce: (socket) => line(socket) }
  const { certificate, key, der } = oneTimeCertificate()
  return {
    tls: { certificate, key, peer: env.PLUGIN_CLIENT_CERT },
    announce: (socket) => line(socket, der.toString('base64').replace(/=+$/, '')),
  }
}
