import type { ClientBase } from 'pg'

/** What knows the control plane's tables; the control plane's own, handed in by the command line. */
export interface ControlPlaneSchema {
  /** Takes the steps that a database lacks, as its owner; none where it lacks none. */
  migrate(client: ClientBase): Promise<void>
}
