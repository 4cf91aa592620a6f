import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createAuthority, issueCertificate } from '../../../runtime/control-plane/pki/authority.ts'
import { preparePostgres } from '../../../toolkit/local/database/binaries.ts'
import { unprivilegedUser } from '../../../toolkit/local/database/unprivileged-user.ts'
import type { Engine, RuntimeProgram } from '../../../toolkit/local/engine/engine.ts'
import { type LentImage, openEngine } from '../../../toolkit/local/engine/open-engine.ts'
import type { EngineName } from '../../../toolkit/local/local-topology.ts'
import { planLocally, type RegionPlan, urlOf } from '../../../toolkit/local/plan/local-plan.ts'
import { ChildProcesses } from '../../../toolkit/local/processes/child-processes.ts'
import { Reaper } from '../../../toolkit/local/processes/reaper.ts'
import { Workspace } from '../../../toolkit/local/supervisor/workspace.ts'
import { ANTIPODE } from '../../toolkit/cli-process.ts'

const ANY = { port: 0 }

/** An engine with one region and everything under it that a supervisor would lay, and programs for it to run. */
export async function openOne(name: EngineName, image: () => Promise<LentImage>) {
  const user = unprivilegedUser()
  const workspace = new Workspace(undefined, user)
  const reaper = new Reaper()
  reaper.removeAtEnd(workspace.runDirectory)
  const processes = new ChildProcesses(reaper)
  const ports = { gateway: [ANY], admin: ANY, status: ANY, sync: ANY, isDefault: false }
  const plan = await planLocally(undefined, ports, 0)
  const region = plan.regions[0]!
  const binaries = await preparePostgres(plan.databaseMajor, user, workspace.runDirectory)
  const wish = { engine: name, image, programs: { antipode: ANTIPODE }, cwd: '/', progress: () => {} }
  const engine = await openEngine(wish, { plan, workspace, processes, reaper, binaries })
  const dataPlane = await dataPlaneOf(engine, region, workspace)
  return {
    ...{ engine, region, dataPlane, binaries, user, workspace, processes, reaper },
    status: `${urlOf('http', region.status)}/status`,
    /** A module of this machine that a program can be made to read before its own. */
    module: (text: string): string => {
      const path = join(workspace.private('modules'), 'first.mjs')
      writeFileSync(path, text)
      chmodSync(path, 0o644)
      return path
    },
    close: async (): Promise<{ workspaceIsGone: boolean }> => {
      await engine.close()
      await processes.close()
      await reaper.close()
      return { workspaceIsGone: !existsSync(workspace.runDirectory) }
    },
  }
}

export type OpenedEngine = Awaited<ReturnType<typeof openOne>>

/** A data plane that never finds its control plane: it answers on its status listener all the same. */
async function dataPlaneOf(engine: Engine, region: RegionPlan, workspace: Workspace): Promise<RuntimeProgram> {
  const authority = await createAuthority('test')
  const pair = await issueCertificate({ authority, uri: 'spiffe://test/group/default', usage: 'client' })
  const files = { cert: pair.certificate, cert_key: pair.key, trusted_ca_cert: authority.certificate }
  const identities = workspace.private('identities')
  const certs = Object.fromEntries(
    Object.entries(files).map(([name, text]) => {
      writeFileSync(join(identities, name), text, { mode: 0o600 })
      return [name, join(identities, name)]
    }),
  )
  const { listenOn, ownDirectory } = engine.standpoint(region.name)
  const at = ({ ip, port }: { ip: string; port: number }) => ({ ip: listenOn(ip), port })
  const directory = workspace.private('processes', 'data-plane')
  mkdirSync(directory, { recursive: true })
  return {
    ...{ region: region.name, part: 'data-plane', name: `${region.name}-data-plane`, directory },
    log: join(workspace.private('logs'), 'data-plane.log'),
    listeners: [...region.gateway, region.status],
    config: {
      apisix: { node_listen: region.gateway.map(at), status: at(region.status) },
      deployment: {
        role: 'data_plane',
        role_data_plane: { control_plane: { host: ['https://127.0.0.1:9'] } },
        certs,
      },
      antipode: { region: region.name, cache_dir: ownDirectory(directory) },
    },
  }
}
