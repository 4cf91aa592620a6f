import type { Version } from '../../model/version.ts'
import type { ControlPlaneConnection, HeldVersion } from './control-plane-connection.ts'
import { FrameReader } from './frame-reader.ts'
import type { FrameVerifier } from './frame-verifier.ts'

export interface Survey {
  readonly connection: ControlPlaneConnection
  readonly verifier: FrameVerifier
  readonly instanceId: string
  readonly signal: AbortSignal
}

/** Milliseconds: a control plane that has something to show shows it at once. */
const PATIENCE = 3_000

/**
 * The version that a control plane leads those to who hold this one. Undefined when it keeps silent, as it does towards
 * those who hold what it has, or something newer; to learn what it has in any case, ask as one who holds nothing.
 */
export async function shownVersion(
  { connection, verifier, instanceId, signal }: Survey,
  held: HeldVersion | undefined,
): Promise<{ lineage: string; version: Version } | undefined> {
  try {
    const limited = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)])
    const stream = await connection.stream(held, instanceId, limited)
    const reader = new FrameReader()
    for await (const chunk of stream) {
      for (const { seal, body } of reader.push(chunk as Buffer)) {
        const frame = verifier.open(seal, body)
        if ('version' in frame) return { lineage: frame.lineage, version: frame.version }
      }
    }
    return undefined
  } catch {
    return undefined
  } finally {
    await connection.close()
  }
}
