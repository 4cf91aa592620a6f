import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { ChangeResourceRecordSetsCommand, CreateHostedZoneCommand, Route53Client } from '@aws-sdk/client-route-53'
import {
  DeleteScheduleCommand,
  GetScheduleCommand,
  ListSchedulesCommand,
  SchedulerClient,
} from '@aws-sdk/client-scheduler'
import { decode, encode } from 'dns-packet'
import { AwsApi } from '../../../../toolkit/drill/live/aws-api.ts'
import type { Reach } from '../../../../toolkit/drill/live/deployed-gateways.ts'
import { type AclEntry, entriesOf, findRegionAcl } from '../../../../toolkit/drill/live/network-acl.ts'
import type { Topology } from '../../../../topology/index.ts'
import { TestAuthority, TestControlPlane } from '../../../runtime/data-plane/support/test-control-plane.ts'
import { TestDataPlane } from '../../../runtime/data-plane/support/test-data-plane.ts'
import { MotoServer } from '../../moto-server.ts'
import { CallerNetwork, certify } from './caller-network.ts'
import { makeVpc } from './make-vpc.ts'

/** How long a check fails before the answer moves, and passes before it moves back; milliseconds. */
const CHECKED_FOR = 800
const LOOK_EVERY = 150

interface Region {
  readonly name: string
  readonly acl: string
  readonly network: CallerNetwork
  readonly address: string
  answers: boolean
  changing: number | undefined
}

interface KeptSchedule {
  readonly Name: string
  readonly ScheduleExpression: string
  readonly Target: { readonly Arn: string; readonly Input: string; readonly RoleArn: string }
}

/**
 * A deployed topology of two regions, as far as callers see it: real gateways with a route each, behind balancers in
 * networks that do what the rules in moto say. What moto does not do is played here: it checks no health, answers no DNS,
 * and keeps no time, so that what EventBridge Scheduler holds is carried out from here once it is due.
 */
export class PlayedDeployment {
  readonly folder = mkdtempSync(join(tmpdir(), 'antipode-live-'))
  /** `POST ec2 CreateNetworkAclEntry 2`, `PUT scheduler /schedules/…`: all that changes something, in order. */
  readonly orders: string[] = []
  /** An order that begins so is refused. */
  refuses: { readonly order: string; readonly status: number; readonly body: string } | undefined
  /** Whether what EventBridge Scheduler holds is carried out once it is due. */
  keepsTime = false
  readonly #api = new AwsApi()
  readonly #topology: Topology
  readonly #moto: MotoServer
  readonly #proxy: Server
  readonly #dns = createSocket('udp4')
  readonly #schedulers = new Map<string, SchedulerClient>()
  readonly #kept: Record<string, string | undefined> = {}
  readonly #regions: Region[] = []
  /** What stops last comes first. */
  readonly #gateways: { stop(): Promise<void> }[] = []
  #port = 0
  #looking: Promise<void> = Promise.resolve()
  #ended = false

  private constructor(topology: Topology, moto: MotoServer, proxy: Server) {
    this.#topology = topology
    this.#moto = moto
    this.#proxy = proxy
  }

  static async start(topology: Topology): Promise<PlayedDeployment> {
    const moto = await MotoServer.start()
    const proxy = createServer()
    proxy.listen(0, '127.0.0.1')
    await once(proxy, 'listening')
    const deployment = new PlayedDeployment(topology, moto, proxy)
    try {
      await deployment.#deploy()
    } catch (error) {
      await deployment.stop()
      throw error
    }
    return deployment
  }

  /** What a process needs in its environment to find this instead of AWS. */
  get env(): Record<string, string> {
    const endpoint = `http://127.0.0.1:${(this.#proxy.address() as AddressInfo).port}`
    const trusted = join(this.folder, 'host.crt')
    return { ...this.#moto.env, AWS_ENDPOINT_URL: endpoint, NODE_EXTRA_CA_CERTS: trusted }
  }

  get reach(): Reach {
    const { port } = this.#dns.address()
    const places = Object.fromEntries(this.#regions.map(({ name, address }) => [`${name}.balancer.test`, [address]]))
    return { resolve: async (name) => places[name] ?? [], port: this.#port, nameServer: { address: '127.0.0.1', port } }
  }

  /** Rules of what comes in, by region. */
  async rules(region: string): Promise<AclEntry[]> {
    const { acl } = this.#regions.find(({ name }) => name === region)!
    return entriesOf(this.#api, { region, id: acl })
  }

  async schedules(region: string): Promise<KeptSchedule[]> {
    const client = this.#schedulerOf(region)
    const { Schedules: listed = [] } = await client.send(new ListSchedulesCommand({}))
    const found = listed.map(({ Name }) => {
      // One that was forgotten meanwhile is not found.
      return client.send(new GetScheduleCommand({ Name })).catch(() => undefined)
    })
    return (await Promise.all(found)).filter((one) => one !== undefined) as KeptSchedule[]
  }

  /** The region that callers are answered with now. */
  get answer(): string {
    return (this.#regions.find(({ answers }) => answers) ?? this.#regions[0])!.name
  }

  async stop(): Promise<void> {
    this.#ended = true
    const [looked] = await Promise.allSettled([this.#looking])
    for (const [key, value] of Object.entries(this.#kept)) {
      if (value === undefined) delete process.env[key]
      else process.env[key] = value
    }
    this.#dns.close()
    for (const { network } of this.#regions) network.close()
    for (const gateway of this.#gateways.toReversed()) await gateway.stop()
    this.#proxy.closeAllConnections()
    this.#proxy.close()
    await this.#moto.stop()
    rmSync(this.folder, { recursive: true, force: true })
    if (looked.status === 'rejected') throw looked.reason
  }

  async #deploy(): Promise<void> {
    const { host, regions, name: topology } = this.#topology
    this.#proxy.on('request', async (request, response) => {
      const body = await buffer(request)
      const form = new URLSearchParams(body.toString())
      const service = /\/(\w+)\/aws4_request/.exec(request.headers.authorization ?? '')?.[1] ?? ''
      const what =
        service === 'ec2' ? `${form.get('Action')} ${form.get('RuleNumber') ?? ''}`.trim() : request.url?.split('?')[0]
      const order = `${request.method} ${service} ${what}`
      if (request.method !== 'GET' && !what?.startsWith('Describe')) this.orders.push(order)
      const { refuses } = this
      if (refuses && order.startsWith(refuses.order)) return response.writeHead(refuses.status).end(refuses.body)
      const { 'content-type': type = '', authorization = '' } = request.headers
      const answer = await fetch(this.#moto.endpoint + request.url, {
        method: request.method ?? 'GET',
        headers: { 'content-type': type, authorization },
        ...(body.length > 0 && { body: new Uint8Array(body) }),
      })
      const errorType = answer.headers.get('x-amzn-errortype')
      response.writeHead(answer.status, { ...(errorType && { 'x-amzn-errortype': errorType }) })
      response.end(Buffer.from(await answer.arrayBuffer()))
    })
    for (const [key, value] of Object.entries(this.env)) {
      this.#kept[key] = process.env[key]
      process.env[key] = value
    }
    const tls = await certify(host, join(this.folder, 'host.crt'))
    const gateways = await this.#startGateways(host)
    for (const [index, [name, { network: cidr }]] of Object.entries(regions).entries()) {
      const network = new CallerNetwork(gateways[index]!, tls)
      const address = `127.0.0.${11 + index}`
      this.#port = await network.listen(address, this.#port)
      await makeVpc(this.#api, name, `${topology}-${name}`, cidr)
      const { id: acl } = await findRegionAcl(this.#api, name, `${topology}-${name}`, cidr)
      this.#regions.push({ name, acl, network, address, answers: true, changing: undefined })
    }
    await this.#publishRecords()
    await this.#answerDns()
    this.orders.length = 0
    this.#looking = this.#look()
  }

  /** A data plane for each region, with one route to an upstream that answers. */
  async #startGateways(host: string): Promise<number[]> {
    const authority = await TestAuthority.create()
    this.#gateways.push({ stop: () => authority.remove() })
    const upstream = createServer((_, response) => response.end('served\n'))
    upstream.listen(0, '127.0.0.1')
    await once(upstream, 'listening')
    this.#gateways.push({ stop: async () => void upstream.close() })
    const node = `127.0.0.1:${(upstream.address() as AddressInfo).port}`
    const controlPlane = await TestControlPlane.start(authority)
    this.#gateways.push(controlPlane)
    const route = { uri: '/v1/ping', hosts: [host], upstream: { type: 'roundrobin', nodes: { [node]: 1 } } }
    controlPlane.snapshot({ routes: { ping: route } }, { epoch: 1, revision: 1 })
    const ports: number[] = []
    // One after the other: each has its identity written to the same files.
    for (const _ of Object.keys(this.#topology.regions)) {
      const dataPlane = await TestDataPlane.start(authority, { controlPlanes: [controlPlane.url] })
      this.#gateways.push(dataPlane)
      await dataPlane.until(({ version }) => version !== null)
      ports.push(dataPlane.port)
    }
    return ports
  }

  async #publishRecords(): Promise<void> {
    const { host, regions, gslb } = this.#topology
    const client = new Route53Client({ region: 'us-east-1' })
    const zone = host.slice(host.indexOf('.') + 1)
    const { HostedZone: made } = await client.send(
      new CreateHostedZoneCommand({ Name: zone, CallerReference: `${Date.now()}` }),
    )
    const changes = Object.entries(regions).map(([name, { role }]) => ({
      Action: 'CREATE' as const,
      ResourceRecordSet: {
        ...{ Name: host, Type: 'CNAME' as const, TTL: gslb.ttl.seconds, SetIdentifier: name },
        Failover: role === 'primary' ? ('PRIMARY' as const) : ('SECONDARY' as const),
        ResourceRecords: [{ Value: `${name}.balancer.test` }],
      },
    }))
    await client.send(
      new ChangeResourceRecordSetsCommand({ HostedZoneId: made?.Id, ChangeBatch: { Changes: changes } }),
    )
    client.destroy()
  }

  async #answerDns(): Promise<void> {
    this.#dns.on('message', (message, from) => {
      const { id = 0, questions = [] } = decode(message)
      const name = questions[0]?.name ?? ''
      const ttl = this.#topology.gslb.ttl.seconds
      const data = `${this.answer}.balancer.test`
      const answers = [{ type: 'CNAME' as const, class: 'IN' as const, name, ttl, data }]
      this.#dns.send(encode({ type: 'response', id, questions, answers }), from.port, from.address)
    })
    this.#dns.bind(0, '127.0.0.1')
    await once(this.#dns, 'listening')
  }

  /** Does what the rules say, checks health, and keeps the Scheduler's time, until this ends. */
  async #look(): Promise<void> {
    while (!this.#ended) {
      for (const region of this.#regions) {
        const rules = await this.rules(region.name)
        region.network.silent = isDenied(rules, 443)
        const healthy = !isDenied(rules, 7085)
        if (healthy === region.answers) region.changing = undefined
        else region.changing ??= performance.now()
        if (performance.now() - (region.changing ?? Number.POSITIVE_INFINITY) > CHECKED_FOR) region.answers = healthy
        if (this.keepsTime) await this.#carryOutWhatIsDue(region.name)
      }
      await sleep(LOOK_EVERY)
    }
  }

  /** As EventBridge Scheduler does with a universal target: that call of that service, with that input. */
  async #carryOutWhatIsDue(region: string): Promise<void> {
    for (const { Name: name, ScheduleExpression: at, Target: target } of await this.schedules(region)) {
      const due = Date.parse(`${/^at\((.*)\)$/.exec(at)?.[1]}Z`)
      const [, action] = /^arn:aws:scheduler:::aws-sdk:ec2:(\w+)$/.exec(target.Arn) ?? []
      if (due > Date.now() || action === undefined) continue
      assert.equal(action, 'deleteNetworkAclEntry')
      const input = JSON.parse(target.Input)
      const call = this.#api.ec2(region, (ec2, sdk) => ec2.send(new sdk.DeleteNetworkAclEntryCommand(input)), 1)
      // A rule that the drill took back at this moment is no longer there; AWS says so in its own words.
      await call.catch(() => {})
      await this.#schedulerOf(region).send(new DeleteScheduleCommand({ Name: name }))
    }
  }

  /** Past the proxy that notes what the drill orders. */
  #schedulerOf(region: string): SchedulerClient {
    const endpoint = this.#moto.endpoint
    const client = this.#schedulers.get(region) ?? new SchedulerClient({ region, endpoint })
    this.#schedulers.set(region, client)
    return client
  }
}

/** What becomes of a packet from the internet to a port: the first rule that fits decides. */
function isDenied(rules: readonly AclEntry[], port: number): boolean {
  const first = rules.find((rule) => rule.from === '0.0.0.0/0' && (rule.port === null || rule.port === port))
  return first?.action !== 'allow'
}
