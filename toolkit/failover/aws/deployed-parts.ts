import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AntipodeError } from '../../../runtime/model/errors.ts'
import type { DatabaseDriver } from '../drivers/database-driver.ts'
import { OperatorClient } from '../operator-client.ts'
import type { TrafficSwitch } from '../switches/traffic-switch.ts'
import type { Deployed } from './deployed.ts'

export async function openDriver({ database }: Deployed): Promise<DatabaseDriver> {
  if (database.kind === 'aurora-global') {
    const { AuroraDriver } = await import('../drivers/aurora/aurora-driver.ts')
    return new AuroraDriver({ globalIdentifier: database.global ?? '', clusters: database.identifiers })
  }
  const { RdsDriver } = await import('../drivers/rds/rds-driver.ts')
  return new RdsDriver(database.identifiers)
}

/** Undefined where none is deployed, or its ids are not known. */
export async function openSwitch(
  { switch: thrown, callers_move: moves }: Deployed,
  overrideSafetyRules: readonly string[],
): Promise<TrafficSwitch | undefined> {
  const expected = `once it is taken: ${moves}`
  switch (thrown?.kind) {
    case 'routing-control': {
      const { RoutingControlSwitch } = await import('../switches/routing-control-switch.ts')
      return new RoutingControlSwitch({ ...thrown, overrideSafetyRules, expected })
    }
    case 'inverted-check': {
      const { InvertedCheckSwitch } = await import('../switches/inverted-check-switch.ts')
      return new InvertedCheckSwitch({ ...thrown, expected })
    }
    case 'accelerator': {
      const { AcceleratorSwitch } = await import('../switches/accelerator-switch.ts')
      return new AcceleratorSwitch({ ...thrown, expected })
    }
    case 'cloudflare': {
      const { CloudflareSwitch } = await import('../switches/cloudflare-switch.ts')
      return new CloudflareSwitch({ ...thrown, expected })
    }
    case undefined:
      return undefined
  }
}

/** With the identity that `antipode credentials --operator` writes. @throws AntipodeError USAGE */
export async function openControlPlanes(folder: string): Promise<OperatorClient> {
  try {
    const [certificate, key, ca] = await Promise.all(
      ['operator.crt', 'operator.key', 'ca.crt'].map((file) => readFile(join(folder, file), 'utf8')),
    )
    return new OperatorClient({ certificate: certificate ?? '', key: key ?? '', ca: ca ?? '' })
  } catch (error) {
    const reason = `${folder} holds no operator's identity (${(error as Error).message}); antipode credentials --operator writes one`
    throw new AntipodeError('USAGE', { reason }, { cause: error })
  }
}
