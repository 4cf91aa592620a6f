import type { AddressInfo } from 'node:net'
import type { Server as TlsServer } from 'node:tls'
import { type FastifyBaseLogger, fastify, LogController } from 'fastify'
import { AntipodeError } from '../../model/errors.ts'
import type { ProviderRegistrySettings } from '../../model/runtime-config.ts'
import { issueCertificate } from '../pki/authority.ts'
import type { LiveTrust } from '../pki/live-trust.ts'
import { findRegistryFile } from './registry-files.ts'

/** A certificate is issued anew twice in its life; timers reach no further than 24 days. */
const CERTIFICATE_LIFE = 14 * 86_400
const RENEW_EVERY_MS = (CERTIFICATE_LIFE / 2) * 1000

export interface ProviderRegistry {
  readonly port: number
  close(): Promise<void>
}

/**
 * Hands out the Terraform provider by Terraform's registry protocol
 * (https://developer.hashicorp.com/terraform/internals/provider-registry-protocol): files of a folder, signed by whoever
 * released them. Nothing here can sign, so that whoever takes over a control plane cannot release a provider.
 *
 * Terraform shows no certificate and knows servers by their host names, hence a listener of its own. What it hands out
 * is the same for all who reach it, and no secret.
 */
export async function openProviderRegistry(
  { directory, listen, names }: ProviderRegistrySettings,
  trust: LiveTrust,
  logger: FastifyBaseLogger,
): Promise<ProviderRegistry> {
  const app = fastify({
    https: { ...(await certificateFor(trust, names)), minVersion: 'TLSv1.2' },
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: true,
    exposeHeadRoutes: false,
  })
  app.setNotFoundHandler((_request, reply) => reply.code(404).send({ errors: ['not found'] }))
  app.setErrorHandler((error, request, reply) => {
    request.log.error({ err: error }, 'the registry of the Terraform provider failed')
    return reply.code(500).send({ errors: ['internal error'] })
  })
  app.route({
    method: ['GET', 'HEAD'],
    url: '/*',
    handler: async (request, reply) => {
      const file = await findRegistryFile(directory, request.url.split('?')[0]!)
      if (!file) return reply.callNotFound()
      reply.type(file.type).header('content-length', file.size)
      if (request.method === 'GET') return reply.send(file.handle.createReadStream())
      await file.handle.close()
      return reply.send()
    },
  })
  const renew = () => {
    certificateFor(trust, names)
      .then((pair) => (app.server as unknown as TlsServer).setSecureContext({ ...pair, minVersion: 'TLSv1.2' }))
      .catch((error: unknown) => logger.error({ err: error }, 'the provider registry keeps its certificate'))
  }
  trust.onChange(renew)
  const timer = setInterval(renew, RENEW_EVERY_MS).unref()
  app.addHook('onClose', async () => clearInterval(timer))
  if (!(await isReleased(directory))) {
    logger.warn(`${directory} holds no release of the Terraform provider; write one with antipode provider release`)
  }
  await app.listen({ host: listen.ip, port: listen.port })
  return { port: (app.server.address() as AddressInfo).port, close: () => app.close() }
}

async function certificateFor({ authority, trustDomain }: LiveTrust, names: readonly string[]) {
  if (!authority) throw new AntipodeError('ANTIPODE_REFUSED', { reason: 'this control plane issues no certificates' })
  // No identity that anybody lets in: whoever has it can be a registry, and nothing else.
  const uri = `spiffe://${trustDomain}/provider-registry`
  const request = { authority, uri, usage: 'server', hosts: names, life: CERTIFICATE_LIFE } as const
  const { certificate, key } = await issueCertificate(request)
  return { cert: certificate, key }
}

async function isReleased(directory: string): Promise<boolean> {
  const discovery = await findRegistryFile(directory, '/.well-known/terraform.json')
  await discovery?.handle.close()
  return discovery !== undefined
}
