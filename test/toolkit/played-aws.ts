import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { MotoServer } from './moto-server.ts'

interface GlobalMember {
  readonly arn: string
  writes: boolean
}

interface GlobalDatabase {
  members: GlobalMember[]
  moving: { readonly to: string; readonly status: string; looks: number } | undefined
}

/** How often AWS is looked at until it has done something that takes it minutes. */
const LOOKS = 2

/**
 * moto, behind a server that plays what moto has not of RDS or does otherwise than AWS documents: a promotion takes a
 * while and makes replica and source forget each other, an instance with a replica is not stopped, and an Aurora Global
 * Database has a writer that moves.
 */
export class PlayedAws {
  /** `PromoteReadReplica payments-us-west-2-g1`, in the order in which they came. */
  readonly orders: string[] = []
  readonly endpoint: string
  readonly #moto: MotoServer
  readonly #server: Server
  readonly #statuses = new Map<string, string>()
  /** Looks until a promotion is over, by instance. */
  readonly #promotions = new Map<string, number>()
  readonly #globals = new Map<string, GlobalDatabase>()
  /** An action that is refused from now on, whatever the state. */
  refuses: string | undefined
  /** What a promotion does to a database that is really there. */
  onPromotion: (identifier: string) => Promise<void> = async () => {}

  private constructor(moto: MotoServer, server: Server) {
    this.#moto = moto
    this.#server = server
    this.endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    server.on('request', (request, response) => {
      this.#answer(request, response).catch((error: Error) => response.writeHead(500).end(String(error.stack)))
    })
  }

  static async start(): Promise<PlayedAws> {
    const moto = await MotoServer.start()
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return new PlayedAws(moto, server)
  }

  get env(): Readonly<Record<string, string>> {
    return { ...this.#moto.env, AWS_ENDPOINT_URL: this.endpoint }
  }

  /** From now on an instance, or cluster, is said to be in this status; null: what it is. */
  status(identifier: string, status: string | null): void {
    if (status === null) this.#statuses.delete(identifier)
    else this.#statuses.set(identifier, status)
  }

  /** The first of the members writes. */
  createGlobal(identifier: string, arns: readonly string[]): void {
    const members = arns.map((arn, index) => ({ arn, writes: index === 0 }))
    this.#globals.set(identifier, { members, moving: undefined })
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
    await this.#moto.stop()
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request)
    const form = new URLSearchParams(body.toString())
    const action = form.get('Action') ?? ''
    const global = this.#globals.get(form.get('GlobalClusterIdentifier') ?? '')
    const target = form.get('DBInstanceIdentifier') ?? form.get('DBClusterIdentifier') ?? ''
    const order = form.get('TargetDbClusterIdentifier') ?? form.get('DbClusterIdentifier') ?? target
    if (action && !action.startsWith('Describe')) this.orders.push(`${action} ${order.split(':').at(-1)}`)
    if (action && action === this.refuses) return refuse(response, 'InvalidDBInstanceState')
    if (action === 'DescribeGlobalClusters') return this.#describeGlobal(form, response)
    if (global && /^(Switchover|Failover)GlobalCluster$/.test(action)) {
      const status = action.startsWith('S') ? 'switching-over' : 'failing-over'
      if (action.startsWith('F') && form.get('AllowDataLoss') !== 'true') return refuse(response, 'InvalidParameter')
      if (global.moving) return refuse(response, 'InvalidGlobalClusterStateFault')
      global.moving = { to: order, status, looks: LOOKS }
      return say(response, action, '')
    }
    if (global && action === 'RemoveFromGlobalCluster') {
      global.members = global.members.filter(({ arn }) => arn !== order)
      return say(response, action, '')
    }
    const { status, headers, text } = await this.#forward(request, body)
    if (action === 'PromoteReadReplica' && status === 200) {
      this.#promotions.set(target, LOOKS)
      await this.onPromotion(target)
    }
    const told = /^DescribeDB(Instances|Clusters)$/.test(action) ? this.#corrected(text) : text
    response.writeHead(status, { 'content-type': headers.get('content-type') ?? 'text/xml' }).end(told)
  }

  async #forward(request: IncomingMessage, body: Buffer) {
    const headers = new Headers()
    for (const [name, value] of Object.entries(request.headers)) {
      if (!/^(host|connection|content-length|expect)$/.test(name)) headers.set(name, inRegion(String(value)))
    }
    const method = request.method ?? 'GET'
    const answer = await fetch(this.#moto.endpoint + request.url, {
      method,
      headers,
      ...(method !== 'GET' && method !== 'HEAD' && { body: new Uint8Array(body) }),
    })
    return { status: answer.status, headers: answer.headers, text: await answer.text() }
  }

  #corrected(xml: string): string {
    const promoted = [...this.#promotions].filter(([, looks]) => looks <= 0).map(([identifier]) => identifier)
    return xml.replace(/<(DBInstance|DBCluster)>.*?<\/\1>/gs, (block) => {
      const identifier = /<DB(?:Instance|Cluster)Identifier>([^<]+)</.exec(block)?.[1] ?? ''
      const looks = this.#promotions.get(identifier)
      if (looks !== undefined) this.#promotions.set(identifier, looks - 1)
      const status = this.#statuses.get(identifier) ?? (looks && looks > 0 ? 'modifying' : undefined)
      const without = promoted.includes(identifier)
        ? block.replace(/<ReadReplicaSourceDBInstanceIdentifier>.*?<\/ReadReplicaSourceDBInstanceIdentifier>/, '')
        : block.replace(/<ReadReplicaDBInstanceIdentifier>([^<]+)<\/ReadReplicaDBInstanceIdentifier>/g, (entry, arn) =>
            promoted.includes(arn.split(':').at(-1)) ? '' : entry,
          )
      return status ? without.replace(/<(DBInstanceStatus|Status)>[^<]*</, `<$1>${status}<`) : without
    })
  }

  #describeGlobal(form: URLSearchParams, response: ServerResponse): void {
    const identifier = form.get('GlobalClusterIdentifier') ?? ''
    const global = this.#globals.get(identifier)
    if (!global) {
      refuse(response, 'GlobalClusterNotFoundFault')
      return
    }
    if (global.moving && global.moving.looks-- <= 0) {
      for (const member of global.members) member.writes = member.arn === global.moving.to
      global.moving = undefined
    }
    const { members, moving } = global
    const state = moving && `<FailoverState><Status>${moving.status}</Status></FailoverState>`
    const listed = members.map(
      ({ arn, writes }) =>
        `<GlobalClusterMember><DBClusterArn>${arn}</DBClusterArn><IsWriter>${writes}</IsWriter></GlobalClusterMember>`,
    )
    say(
      response,
      'DescribeGlobalClusters',
      `<GlobalClusters><GlobalClusterMember><GlobalClusterIdentifier>${identifier}</GlobalClusterIdentifier>` +
        `<Status>${moving?.status ?? 'available'}</Status>${state ?? ''}` +
        `<GlobalClusterMembers>${listed.join('')}</GlobalClusterMembers></GlobalClusterMember></GlobalClusters>`,
    )
  }
}

/** Regions of tests are called by shorter names than AWS's, which are the only ones that moto has. */
function inRegion(header: string): string {
  return header.replace('/east/rds/', '/us-east-1/rds/').replace('/west/rds/', '/us-west-2/rds/')
}

const NAMESPACE = 'xmlns="http://rds.amazonaws.com/doc/2014-10-31/"'

function say(response: ServerResponse, action: string, result: string): void {
  response
    .writeHead(200, { 'content-type': 'text/xml' })
    .end(`<${action}Response ${NAMESPACE}><${action}Result>${result}</${action}Result></${action}Response>`)
}

function refuse(response: ServerResponse, code: string): void {
  response
    .writeHead(400, { 'content-type': 'text/xml' })
    .end(
      `<ErrorResponse ${NAMESPACE}><Error><Type>Sender</Type><Code>${code}</Code><Message>${code}</Message></Error></ErrorResponse>`,
    )
}
