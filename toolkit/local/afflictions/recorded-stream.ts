import { AntipodeError } from '../../../runtime/model/errors.ts'
import type { Frame } from '../../../runtime/model/frame.ts'
import type { Version } from '../../../runtime/model/version.ts'
import type { Identities } from '../plan/identities.ts'
import type { Listener } from '../plan/local-plan.ts'
import { callAsDataPlane } from './data-plane-call.ts'

/** What a control plane sent to one who held nothing: sealed by it, so good for ever, whoever passes it on. */
export interface RecordedStream {
  /** As it came: two lines a frame. */
  readonly text: string
  /** That of the snapshot which ends it. */
  readonly version: Version
}

const PATIENCE = 5_000

/** @throws AntipodeError USAGE where the control plane sends no configuration */
export async function recordStream(identities: Identities, controlPlane: Listener): Promise<RecordedStream> {
  try {
    const signal = AbortSignal.timeout(PATIENCE)
    const stream = await callAsDataPlane(identities, controlPlane, { method: 'GET', path: '/sync', signal })
    const lines: string[] = []
    let rest = ''
    for await (const chunk of stream.setEncoding('utf8')) {
      const parts = `${rest}${chunk}`.split('\n')
      rest = parts.pop()!
      // Empty lines only say that the connection lives.
      for (const line of parts.filter(Boolean)) {
        lines.push(line)
        if (lines.length % 2 === 1) continue
        const frame = JSON.parse(line) as Frame
        if (frame.kind === 'snapshot') return { text: `${lines.join('\n')}\n`, version: frame.version }
      }
    }
    throw new Error('its stream ended')
  } catch (error) {
    const reason = `the control plane sends no configuration that could be recorded: ${(error as Error).message}`
    throw new AntipodeError('USAGE', { reason }, { cause: error })
  }
}
