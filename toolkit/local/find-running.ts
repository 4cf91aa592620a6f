import { AntipodeError } from '../../runtime/model/errors.ts'
import { connectLocal } from './local-client.ts'

/** One region of a running `up`, as a client of its Admin API needs it. */
export interface RunningRegion {
  readonly name: string
  readonly role: 'primary' | 'standby' | 'active'
  /** The Admin API's base URL. */
  readonly server: string
  readonly token?: string
}

/**
 * The regions of the `up` that was started in this working directory; undefined when there is none.
 * @throws AntipodeError NOT_RUNNING when a data directory is named and nothing runs over it
 */
export async function findRunningRegions(where: {
  readonly cwd: string
  readonly dataDir?: string | undefined
}): Promise<RunningRegion[] | undefined> {
  try {
    const { regions } = await connectLocal(where).describe()
    return regions.map(({ name, role, admin, adminKey }) => ({
      ...{ name, role, server: admin },
      ...(adminKey === null ? {} : { token: adminKey }),
    }))
  } catch (error) {
    const nothingRuns = error instanceof AntipodeError && error.code === 'NOT_RUNNING'
    if (nothingRuns && where.dataDir === undefined) return undefined
    throw error
  }
}
