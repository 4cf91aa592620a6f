import { X509Certificate } from 'node:crypto'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { certificatesIn } from '../../model/pem.ts'
import type { RegionEntry } from '../../model/region-directory.ts'
import { keyId } from '../../model/signed-token.ts'
import { type Answer, refuse } from '../admin-api/answer.ts'
import { readBody } from '../admin-api/request-body.ts'
import { writeAnswer } from '../admin-api/store-answer.ts'
import { newWriteId, parseWriteId } from '../admin-api/write-id.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import type { ConfigurationStore } from '../configuration-store.ts'
import { isGroup } from '../groups/group-store.ts'
import { demand } from '../identity/authorised-store.ts'
import { type ConnectionOrder, readConnectionOrder } from './connection-order.ts'
import { type Credential, certificateCredential, tokenCredential } from './credential.ts'
import type { Issuer } from './issuer.ts'
import type { LiveTrust } from './live-trust.ts'
import { noteIssued } from './note-pki.ts'
import { readRevocation } from './revocation-order.ts'
import { Revocations } from './revocations.ts'

export interface PkiServices {
  readonly store: ConfigurationStore
  readonly trust: LiveTrust
  readonly issuer: Issuer
  /** Is told of what is issued. */
  readonly audit?: Pick<AuditLog, 'note'>
  /** The gateway group of a connection that names none. */
  readonly group: string
  /** The regions of this lineage and where their data planes call; empty where `sync_address` is not configured. */
  readonly regions: () => readonly RegionEntry[]
}

const FORMS: Readonly<Record<string, (id: string) => Credential | undefined>> = {
  certificate: certificateCredential,
  token: tokenCredential,
}

/**
 * What operators ask of the deployment's authority, on the Admin API: there the caller is known by its key, members pass
 * a call on to their leader, and a write is confirmed, answered with its version and repeatable, as any other.
 *
 * `POST /antipode/connections` issues what a new data plane needs. `GET /antipode/authority` tells who is trusted, and
 * how many instances still show a certificate of each authority. `GET /antipode/revocations` lists, and `PUT
 * /antipode/revocations/{certificate,token}/<serial or jti>` revokes, for good: a mistake is mended by issuing anew.
 */
export function servePki(app: FastifyInstance, services: PkiServices): void {
  const { store, trust, issuer, audit, group, regions } = services
  const groupName = `arn:api7:gateway:gatewaygroup/${group}`

  app.post('/antipode/connections', async (request, reply) => {
    const body = readBody((request.body as Buffer | undefined) ?? Buffer.alloc(0))
    if ('problem' in body) return send(reply, refuse(400, `invalid request body: ${body.problem}`))
    const order = readConnectionOrder(body.value, { group, region: store.region })
    if (typeof order === 'string') return send(reply, refuse(400, order))
    if (!isGroup(store.read(), order.group)) {
      return send(reply, refuse(400, `there is no gateway group ${order.group}; create it first`))
    }
    const resources = [`arn:api7:gateway:gatewaygroup/${order.group}`]
    demand(request.caller, { action: 'gateway:ConnectGatewayInstance', resources })
    // What was revoked once is never good again.
    if (order.id !== undefined) new Revocations(store).check([`token/${order.id}`])
    const known = regions()
    const issued =
      order.form === 'token'
        ? issuer.token(tokenNames(order), order.life, order.id)
        : await issuer.bundle(order.group, order.life, order.request)
    const caller = { by: request.caller.name, address: request.ip, method: 'POST', path: '/antipode/connections' }
    if (audit) noteIssued(audit, caller, order, issued)
    const { region, index } = order
    const directory = known.length > 0 ? issuer.directory(known) : null
    const bundle = { ...issued, region, group: order.group, index, anchors: trust.tls.ca, directory, regions: known }
    return send(reply, { status: 201, body: bundle })
  })

  app.get('/antipode/authority', async (request, reply) => {
    demand(request.caller, { action: 'gateway:GetAuthority', resources: [groupName] })
    const { instances, peerInstances } = store.state()
    const shown = [...instances, ...peerInstances].map(({ certificate }) => certificate?.authority)
    const authorities = certificatesIn(trust.tls.ca).map((pem) => {
      const { subject, publicKey, validToDate } = new X509Certificate(pem)
      const id = keyId(publicKey)
      const count = shown.filter((authority) => authority === id).length
      return { id, subject, expires: validToDate.toISOString(), issues: id === issuer.authorityId, instances: count }
    })
    return send(reply, { status: 200, body: { authorities } })
  })

  app.get('/antipode/revocations', async (request, reply) => {
    const list = new Revocations(request.store).list()
    return send(reply, { status: 200, body: { total: list.length, list } })
  })

  app.put<{ Params: { form: string; id: string } }>('/antipode/revocations/:form/:id', async (request, reply) => {
    const { form, id } = request.params
    const credential = Object.hasOwn(FORMS, form) ? FORMS[form]!(id) : undefined
    if (!credential) return send(reply, refuse(400, 'revocations are of certificate/<serial> and token/<jti>'))
    const writeHeader = request.headers['x-antipode-write']
    const writeId = writeHeader === undefined ? newWriteId() : parseWriteId(String(writeHeader))
    if (!writeId) return send(reply, refuse(400, 'X-Antipode-Write is not a UUID'))
    const body = readBody((request.body as Buffer | undefined) ?? Buffer.alloc(0))
    if ('problem' in body) return send(reply, refuse(400, `invalid request body: ${body.problem}`))
    const wanted = readRevocation(body.value, credential)
    if (typeof wanted === 'string') return send(reply, refuse(400, wanted))
    const forget = wanted.expires === null ? null : Date.parse(wanted.expires)
    const answer = await writeAnswer(request.store, writeId, (head) => {
      const before = head.get('revocations', credential)
      if (before) return { status: 200, body: before.value }
      head.put('revocations', credential, { ...wanted }, forget)
      return { status: 201, body: wanted }
    })
    return send(reply, answer)
  })
}

function tokenNames({ sub, region, group, index }: ConnectionOrder) {
  return { sub, region, group, index }
}

function send(reply: FastifyReply, { status, body, headers = {} }: Answer): FastifyReply {
  reply.code(status).headers(headers)
  return reply.header('content-type', 'application/json').send(Buffer.from(JSON.stringify(body)))
}
