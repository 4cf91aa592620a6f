import { randomUUID } from 'node:crypto'
import { ControlPlaneConnection } from '../runtime/data-plane/sync/control-plane-connection.ts'
import { FrameReader } from '../runtime/data-plane/sync/frame-reader.ts'
import { FrameVerifier } from '../runtime/data-plane/sync/frame-verifier.ts'
import { InstanceIdentity, type TlsIdentity } from '../runtime/data-plane/sync/instance-identity.ts'
import { SYNC_PROTOCOL_VERSION } from '../runtime/model/frame.ts'

/** Data planes to connect, from this process, each with connections of its own. */
export interface DataPlanes {
  readonly count: number
  readonly url: string
  readonly tls: { readonly ca: string; readonly cert: string; readonly key: string }
}

/** Times are milliseconds since 1970, with fractions. */
export type DataPlaneNews =
  | { readonly kind: 'connected' }
  /** The first acknowledgement of this revision, or of a later one that includes it, by each of them. */
  | { readonly kind: 'acknowledged'; readonly revision: number; readonly received: number; readonly at: number }

const CONNECTING_AT_ONCE = 8
const SILENCE = 30_000

process.once('message', (planes: DataPlanes) => {
  connectAll(planes).catch((error: Error) => {
    console.error(error)
    process.exit(1)
  })
})
process.on('disconnect', () => process.exit(0))

async function connectAll({ count, url, tls }: DataPlanes): Promise<void> {
  const bundle = { certificate: tls.cert, key: tls.key }
  const verifier = new FrameVerifier(tls.ca, 'test')
  const { request, key } = await new InstanceIdentity(bundle).createRequest()
  const enrolment = { anchors: tls.ca, refusalOf: () => undefined }
  const open = (introduction: TlsIdentity) => {
    return new ControlPlaneConnection({ url, introduction, enrolment, silence: SILENCE })
  }
  let left = count
  const connect = async () => {
    while (left-- > 0) {
      const first = open(bundle)
      const { instanceId, certificate } = await first.register({
        ...{ hostname: 'bench', runId: randomUUID(), runtimeVersion: '1', ports: [9080], cores: 1 },
        ...{ protocolVersions: [SYNC_PROTOCOL_VERSION], plugins: {}, labels: {}, certificateRequest: request },
      })
      await first.close()
      await follow(open({ certificate, key }), instanceId, verifier)
    }
  }
  await Promise.all(Array.from({ length: CONNECTING_AT_ONCE }, connect))
  tell({ kind: 'connected' })
}

/** Returns once the snapshot is acknowledged. Frames are read and verified as a data plane does; nothing is served. */
async function follow(connection: ControlPlaneConnection, instanceId: string, verifier: FrameVerifier): Promise<void> {
  const stream = await connection.stream(undefined, instanceId, AbortSignal.any([]))
  const reader = new FrameReader()
  const first = Promise.withResolvers<void>()
  const read = async () => {
    for await (const chunk of stream) {
      for (const sealed of reader.push(chunk as Buffer)) {
        const received = now()
        const frame = verifier.open(sealed.seal, sealed.body)
        if (frame.kind === 'settings' || frame.kind === 'goodbye') continue
        const { lineage, version, hash } = frame
        await connection.acknowledge({ instanceId, lineage, version, hash, refused: [] })
        if (frame.kind !== 'snapshot') {
          tell({ kind: 'acknowledged', revision: version.revision, received, at: now() })
        }
        first.resolve()
      }
    }
    throw new Error('the stream ended')
  }
  read().catch((error: Error) => {
    first.reject(error)
    if (process.connected) console.error(`a data plane of the benchmark: ${error.message}`)
  })
  await first.promise
}

function now(): number {
  return performance.timeOrigin + performance.now()
}

function tell(news: DataPlaneNews): void {
  if (process.connected) process.send!(news)
}
