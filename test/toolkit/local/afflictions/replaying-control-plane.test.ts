import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { recordStream } from '../../../../toolkit/local/afflictions/recorded-stream.ts'
import { ReplayingControlPlane } from '../../../../toolkit/local/afflictions/replaying-control-plane.ts'
import { RegionLinks } from '../../../../toolkit/local/links/region-links.ts'
import type { Identities } from '../../../../toolkit/local/plan/identities.ts'
import { TestAuthority, TestControlPlane } from '../../../runtime/data-plane/support/test-control-plane.ts'
import { TestDataPlane, until } from '../../../runtime/data-plane/support/test-data-plane.ts'

const REGION = 'us-east-1'
const DATA_PLANE = { region: REGION, part: 'data-plane' } as const
const CONTROL_PLANE = { region: REGION, part: 'control-plane' } as const

test('a data plane that finds its control plane back in an earlier epoch keeps what it holds', async (t) => {
  const authority = await TestAuthority.create()
  t.after(() => authority.remove())
  const controlPlane = await TestControlPlane.start(authority, { region: REGION })
  t.after(() => controlPlane.stop())
  const identities = await identitiesOf(authority, controlPlane)
  const behind = { ip: '127.0.0.1', port: controlPlane.port }
  const links = new RegionLinks([REGION])
  t.after(() => links.close())
  const way = await links.open(DATA_PLANE, CONTROL_PLANE, { host: behind.ip, port: behind.port })

  controlPlane.publish({ routes: { r1: { uri: '/one' } } }, { epoch: 1, revision: 9 })
  const recording = await recordStream(identities, behind)
  assert.deepEqual(recording.version, { epoch: 1, revision: 9 })
  controlPlane.publish({ routes: { r1: { uri: '/two' } } }, { epoch: 65, revision: 9 })
  const dataPlane = await TestDataPlane.start(authority, { controlPlanes: [`https://${way.host}:${way.port}`] })
  t.after(() => dataPlane.stop())
  await dataPlane.untilRevision(9, 65)

  const replaying = await ReplayingControlPlane.start({ identities, region: REGION, behind, recording })
  t.after(() => replaying.close())
  links.detour(DATA_PLANE, CONTROL_PLANE, replaying.endpoint)
  await until(async () => (await dataPlane.status()).refusals.stale > 0)
  assert.equal(replaying.misled, 1)
  assert.deepEqual((await dataPlane.status()).version, { epoch: 65, revision: 9 })

  links.detour(DATA_PLANE, CONTROL_PLANE, undefined)
  controlPlane.publish({ routes: { r1: { uri: '/three' } } }, { epoch: 65, revision: 10 })
  await dataPlane.untilRevision(10, 65)
})

test('what has published nothing cannot be recorded', async (t) => {
  const authority = await TestAuthority.create()
  t.after(() => authority.remove())
  const controlPlane = await TestControlPlane.start(authority, { region: REGION })
  const identities = await identitiesOf(authority, controlPlane)
  const behind = { ip: '127.0.0.1', port: controlPlane.port }
  const recorded = recordStream(identities, behind)
  await until(() => controlPlane.streams === 1)
  await Promise.all([assert.rejects(recorded, /sends no configuration that could be recorded/), controlPlane.stop()])
})

async function identitiesOf(authority: TestAuthority, { identity }: TestControlPlane): Promise<Identities> {
  const { cert, key, ca } = await authority.bundle()
  const controlPlane = { certificate: join(authority.folder, 'cp.crt'), key: join(authority.folder, 'cp.key') }
  await writeFile(controlPlane.certificate, identity.certificate)
  await writeFile(controlPlane.key, identity.key)
  const dataPlanes = { certificate: cert, key }
  const known = { certificate: ca, key: '' }
  return { authority: known, operator: known, controlPlanes: new Map([[REGION, controlPlane]]), dataPlanes }
}
