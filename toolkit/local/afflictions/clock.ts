import { pathToFileURL } from 'node:url'
import { siblingProgram } from '../processes/sibling-program.ts'
import type { Remedy } from './remedy.ts'

/**
 * The control plane starts again with a module before its own that can move what `Date` says, and when it serves its
 * clock jumps. TLS keeps to the machine's own clock.
 */
export const clock: Remedy<'clock'> = {
  async inflict({ parts, kill, start }, { milliseconds }) {
    const module = siblingProgram(import.meta.url, 'movable-clock')
    await kill('control-plane')
    parts.surroundControlPlane({
      env: { NODE_OPTIONS: `--import=${pathToFileURL(module).href}`, CLOCK_JUMP: String(milliseconds) },
      reads: [module],
    })
    await start('control-plane')
    parts.signal('control-plane', 'SIGUSR2')
  },
  async relieve({ parts, kill, start }) {
    parts.surroundControlPlane({})
    await kill('control-plane')
    await start('control-plane')
  },
}
