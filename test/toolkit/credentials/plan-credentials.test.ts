import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { describe, test } from 'node:test'
import { createAuthority, issueCertificate } from '../../../runtime/control-plane/pki/authority.ts'
import { type CredentialPlan, planCredentials } from '../../../toolkit/credentials/plan-credentials.ts'
import type { SecretPlace, SecretStore } from '../../../toolkit/credentials/secret-store.ts'
import type { WantedSecret } from '../../../toolkit/credentials/wanted-secret.ts'

const issuer = { createAuthority, issueCertificate }
const REGIONS = ['us-east-1', 'us-west-2']
const DAY = 86_400_000

const WANTED: readonly WantedSecret[] = REGIONS.flatMap((region): WantedSecret[] => [
  { region, name: `shop/${region}/authority`, holds: 'authority' },
  { region, name: `shop/${region}/admin-key`, holds: 'key' },
  { region, name: `shop/${region}/keyring`, holds: 'keyring' },
  {
    region,
    name: `shop/${region}/control-plane-identity`,
    holds: 'identity',
    identity: `spiffe://shop/region/${region}/control-plane`,
  },
  { region, name: `shop/${region}/data-plane-identity`, holds: 'identity', identity: 'spiffe://shop/group/default' },
])

class Secrets implements SecretStore {
  readonly values = new Map<string, string>()

  async read({ name }: SecretPlace): Promise<string | undefined> {
    return this.values.get(name)
  }

  async write({ name }: SecretPlace, value: string): Promise<void> {
    this.values.set(name, value)
  }

  async take({ steps }: CredentialPlan): Promise<void> {
    for (const step of steps) if (step.value !== undefined) await this.write(step, step.value)
  }
}

const plan = (store: SecretStore, now = new Date(), trustDomain = 'shop') =>
  planCredentials(WANTED, { trustDomain, store, issuer, now })

async function filled(): Promise<Secrets> {
  const store = new Secrets()
  await store.take(await plan(store))
  return store
}

const verbs = ({ steps }: CredentialPlan) => steps.map(({ name, does }) => `${does} ${name}`)
const read = (store: Secrets, name: string) => JSON.parse(store.values.get(name) ?? '')

describe('the plan for the credentials of a deployment', () => {
  test('fills every empty secret, authorities first', async () => {
    const { steps } = await plan(new Secrets())
    assert.equal(steps.length, WANTED.length)
    assert.ok(steps.every(({ does }) => does === 'fill'))
    assert.deepEqual(
      steps.slice(0, 2).map(({ holds }) => holds),
      ['authority', 'authority'],
    )
  })

  test('gives every region the same authority and key, and each control plane its own name', async () => {
    const store = await filled()
    const value = (suffix: string) => REGIONS.map((region) => store.values.get(`shop/${region}/${suffix}`))
    for (const suffix of ['authority', 'admin-key', 'keyring']) assert.equal(new Set(value(suffix)).size, 1)
    assert.equal(Buffer.from(value('keyring')[0]!, 'base64').length, 32)
    const authority = new X509Certificate(read(store, 'shop/us-east-1/authority').certificate)
    for (const region of REGIONS) {
      const identity = read(store, `shop/${region}/control-plane-identity`)
      const certificate = new X509Certificate(identity.certificate)
      assert.equal(certificate.subjectAltName, `URI:spiffe://shop/region/${region}/control-plane`)
      assert.ok(certificate.verify(authority.publicKey))
      assert.equal(identity.authority, authority.toString())
    }
  })

  test('keeps what is good', async () => {
    const again = await plan(await filled())
    assert.deepEqual(new Set(again.steps.map(({ does, value }) => `${does} ${value}`)), new Set(['keep undefined']))
  })

  test('fills a region that was added later from the authority that is there', async () => {
    const store = await filled()
    const before = store.values.get('shop/us-east-1/authority')
    for (const name of store.values.keys()) if (name.includes('us-west-2')) store.values.delete(name)
    const later = await plan(store)
    assert.ok(verbs(later).every((verb) => verb.startsWith(verb.includes('us-west-2') ? 'fill' : 'keep')))
    await store.take(later)
    assert.equal(store.values.get('shop/us-west-2/authority'), before)
  })

  test('renews an identity when less than a third of its life is left, and says when it ends', async () => {
    const store = await filled()
    const early = await plan(store, new Date(Date.now() + 250 * DAY))
    assert.ok(verbs(early).every((verb) => verb.startsWith('keep')))
    const late = await plan(store, new Date(Date.now() + 300 * DAY))
    const renewed = late.steps.filter(({ does }) => does === 'renew')
    assert.equal(renewed.length, 4)
    for (const { holds, because } of renewed) {
      assert.equal(holds, 'identity')
      assert.match(because ?? '', /^it expires on /)
    }
  })

  test('renews what bears another name, comes from another authority or is no identity', async () => {
    const store = await filled()
    const names = ['shop/us-east-1/control-plane-identity', 'shop/us-west-2/control-plane-identity'] as const
    const [east, west] = names.map((name) => store.values.get(name) ?? '') as [string, string]
    store.values.set(names[0], west)
    const other = await filled()
    store.values.set(names[1], other.values.get(names[1]) ?? '')
    store.values.set('shop/us-east-1/data-plane-identity', '{"certificate":"none"}')
    store.values.set('shop/us-west-2/data-plane-identity', JSON.stringify({ ...JSON.parse(east), key: 'none' }))
    const reasons = new Map((await plan(store)).steps.map(({ name, because }) => [name, because]))
    assert.equal(reasons.get(names[0]), 'it names URI:spiffe://shop/region/us-west-2/control-plane')
    assert.equal(reasons.get(names[1]), 'another authority issued it')
    assert.equal(reasons.get('shop/us-east-1/data-plane-identity'), 'it holds no certificate with its key')
    assert.equal(reasons.get('shop/us-west-2/data-plane-identity'), 'it holds no certificate with its key')
  })

  test('refuses to choose between regions that hold different authorities', async () => {
    const store = await filled()
    store.values.set('shop/us-west-2/authority', (await filled()).values.get('shop/us-west-2/authority') ?? '')
    await assert.rejects(plan(store), {
      code: 'CREDENTIALS_DIFFER',
      message:
        'shop/us-east-1/authority in us-east-1 and shop/us-west-2/authority in us-west-2: different values, ' +
        'where all must hold the same; put the value to keep into all of them, and run this again',
    })
  })

  test('refuses an authority that has no key', async () => {
    const store = new Secrets()
    store.values.set('shop/us-east-1/authority', '{}')
    await assert.rejects(plan(store), /shop\/us-east-1\/authority in us-east-1: no certificate with its key/)
  })
})
