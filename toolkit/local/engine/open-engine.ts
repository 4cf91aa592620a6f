import type { PostgresBinaries } from '../database/binaries.ts'
import type { EngineName } from '../local-topology.ts'
import type { LocalPlan } from '../plan/local-plan.ts'
import type { ChildProcesses } from '../processes/child-processes.ts'
import type { Reaper } from '../processes/reaper.ts'
import type { Workspace } from '../supervisor/workspace.ts'
import type { Engine } from './engine.ts'
import { LocalEngine } from './local-engine.ts'

/** The runtime's image, as whoever builds it describes it. */
export interface LentImage {
  readonly name: string
  /** The one folder that a process of it writes to. */
  readonly stateFolder: string
  /** `uid:gid` that it runs as. */
  readonly user: string
}

/** What an engine stands on. */
export interface EngineGround {
  readonly plan: LocalPlan
  readonly workspace: Workspace
  readonly processes: ChildProcesses
  readonly reaper: Reaper
  readonly binaries: PostgresBinaries
}

export interface EngineWish {
  readonly engine: EngineName
  readonly image: () => Promise<LentImage>
  readonly programs: { readonly antipode: string }
  readonly cwd: string
  readonly progress: (text: string) => void
}

/**
 * The engine that was asked for, ready to start parts.
 *
 * @throws AntipodeError USAGE, DOCKER_UNAVAILABLE
 */
export async function openEngine(wish: EngineWish, ground: EngineGround): Promise<Engine> {
  if (wish.engine === 'docker') {
    const { openDockerEngine } = await import('./docker/open-docker-engine.ts')
    return openDockerEngine(wish, ground)
  }
  const { processes, workspace } = ground
  return new LocalEngine({
    ...{ processes, program: wish.programs.antipode },
    ...{ configs: workspace.private('config'), cwd: wish.cwd },
  })
}
