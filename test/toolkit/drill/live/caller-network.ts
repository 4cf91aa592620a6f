import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import * as x509 from '@peculiar/x509'

/** A certificate for a host, by nobody but itself; written where a process can be told to trust it. */
export async function certify(host: string, file: string): Promise<{ cert: string; key: string }> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: `CN=${host}`,
    keys,
    signingAlgorithm: algorithm,
    notBefore: new Date(Date.now() - 3_600_000),
    notAfter: new Date(Date.now() + 86_400_000),
    extensions: [
      new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: host }]),
      new x509.BasicConstraintsExtension(true),
    ],
  })
  const key = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64')
  const cert = certificate.toString('pem')
  writeFileSync(file, cert)
  return { cert, key: `-----BEGIN PRIVATE KEY-----\n${key.replaceAll(/.{64}/g, '$&\n')}\n-----END PRIVATE KEY-----\n` }
}

/**
 * What stands before a region's gateways in AWS: a balancer that ends TLS, in a network from which nothing comes back
 * any more once it is told to fall silent, on connections that are open either.
 */
export class CallerNetwork {
  readonly #sockets = new Set<Socket>()
  readonly #front: Server
  readonly #balancer: Server
  #silent = false

  /** @param gateway the port where a gateway takes calls without TLS */
  constructor(gateway: number, tls: { readonly cert: string; readonly key: string }) {
    const balancer = createSecureServer(tls, (incoming, response) => {
      const { method, url: path, headers } = incoming
      const outgoing = request({ host: '127.0.0.1', port: gateway, method, path, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(response)
      })
      outgoing.on('error', () => response.destroy())
      incoming.pipe(outgoing)
    })
    // As long as nobody notices: a balancer of AWS keeps idle connections for minutes.
    balancer.keepAliveTimeout = 120_000
    this.#balancer = balancer
    this.#front = createServer((client) => this.#join(client))
  }

  /** @returns the port, which is another one where 0 was asked for */
  async listen(address: string, port: number): Promise<number> {
    this.#balancer.listen(0, '127.0.0.1')
    this.#front.listen(port, address)
    await Promise.all([once(this.#balancer, 'listening'), once(this.#front, 'listening')])
    return (this.#front.address() as AddressInfo).port
  }

  set silent(silent: boolean) {
    if (silent === this.#silent) return
    this.#silent = silent
    for (const socket of this.#sockets) silent ? socket.pause() : socket.resume()
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy()
    this.#front.close()
    this.#balancer.close()
  }

  #join(client: Socket): void {
    const balancer = connect((this.#balancer.address() as AddressInfo).port, '127.0.0.1')
    for (const [from, to] of [
      [client, balancer],
      [balancer, client],
    ] as const) {
      this.#sockets.add(from)
      from.on('data', (bytes) => to.write(bytes))
      from.on('error', () => undefined)
      from.on('close', () => {
        this.#sockets.delete(from)
        to.destroy()
      })
      if (this.#silent) from.pause()
    }
  }
}
