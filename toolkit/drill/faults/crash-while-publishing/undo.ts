import type { FaultUndo, Link } from '../../../local/local-topology.ts'
import { restoreLink } from '../link-state.ts'
import type { CrashWhilePublishingPlan } from './fault.ts'

/** Gives the links their length back, and starts the control plane, which comes back fenced. */
export function undoCrash({ region, others }: CrashWhilePublishingPlan, links: readonly Link[]): FaultUndo[] {
  return [
    ...others.flatMap((other) => restoreLink(links, [region, other], ['delay'])),
    { do: 'start', region, parts: ['control-plane'] },
  ]
}
