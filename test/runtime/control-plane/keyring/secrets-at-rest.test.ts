import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { Client } from 'pg'
import { backUp, restore } from '../../../../runtime/control-plane/backup/index.ts'
import { type KeyringStatus, readStatus } from '../../../../runtime/control-plane/keyring/index.ts'
import { createAuthority } from '../../../../runtime/control-plane/pki/authority.ts'
import { nextEpoch } from '../../../../runtime/model/version.ts'
import { CommandLine } from '../../../toolkit/cli-process.ts'
import { type Side, TwoRegions, until } from '../two-regions.ts'

const KEYS = {
  ANTIPODE_TEST_KEY_A: randomBytes(32).toString('base64'),
  ANTIPODE_TEST_KEY_B: randomBytes(32).toString('hex'),
}
const [A, B] = [{ env: 'ANTIPODE_TEST_KEY_A' }, { env: 'ANTIPODE_TEST_KEY_B' }]
const ROUTE = { uri: '/orders', upstream: { type: 'roundrobin', nodes: { '127.0.0.1:8081': 1 } } }

/** No write is to fail because the machine is busy. */
const PATIENT = { lease: 5, confirmTimeout: 30 }

/** A database removes and renames files while it works. */
function contentOf(file: string): Buffer {
  try {
    return readFileSync(file)
  } catch {
    return Buffer.alloc(0)
  }
}

const sends = (authorization: string) => ({ 'proxy-rewrite': { headers: { set: { authorization } } } })

describe('secrets at rest', () => {
  const commands = new CommandLine()
  const folder = commands.directory
  let regions: TwoRegions
  /** What is looked for in everything that was written while there was no key, and since there is one. */
  const planted = { plain: [] as string[], sealed: [] as string[] }

  before(async () => {
    Object.assign(process.env, KEYS)
    regions = await TwoRegions.start(PATIENT)
  })
  after(async () => {
    for (const name of Object.keys(KEYS)) delete process.env[name]
    await commands.close()
    await regions?.close()
  })

  const put = async (where: string, body: unknown, side: Side = 'east') => {
    const answer = await regions.admin(side, 'PUT', where, body)
    assert.ok(answer.status === 200 || answer.status === 201, JSON.stringify(answer.body))
  }
  const read = async (where: string, side: Side = 'east') =>
    (await regions.admin(side, 'GET', where)).body as { value: Record<string, unknown> }
  const status = (side: Side = 'east'): Promise<KeyringStatus> =>
    readStatus(regions.databaseUrl(side), [A, B], process.env)
  const isSettled = ({ dataKeys, unsealed }: KeyringStatus) =>
    unsealed === 0 && dataKeys.length === 1 && dataKeys[0]!.settledAt !== null
  const settled = () => until('everything is sealed with one key', async () => isSettled(await status()), 60)
  const startWith = async (...keys: object[]) => {
    for (const side of ['east', 'west'] as const) await regions.stopControlPlane(side)
    regions.more = { keyring: { keys } }
    for (const side of ['east', 'west'] as const) await regions.startControlPlane(side)
    await until('the writer is active', async () => (await regions.state('east')).role === 'active', 60)
  }

  /** Puts a secret wherever there can be one. */
  const plant = async (name: string, into: string[]) => {
    const secret = (what: string) => {
      const text = `${what}${randomBytes(12).toString('hex')}`
      into.push(text)
      return text
    }
    const { certificate, key } = await createAuthority(`${name}.example`)
    into.push(key.split('\n')[1]!)
    await put(`/ssls/${name}`, { snis: [`${name}.example`], cert: certificate, key })
    await put(`/consumers/${name}`, { username: name, plugins: { 'key-auth': { key: secret('consumer') } } })
    await put(`/consumers/${name}/credentials/one`, {
      plugins: { 'key-auth': { key: secret('credential') } },
    })
    await put(`/secrets/vault/${name}`, { uri: 'http://vault:8200', prefix: 'kv', token: secret('vault') })
    await put(`/routes/${name}`, {
      ...ROUTE,
      plugins: sends(secret('route')),
    })
    await put(`/routes/${name}-replaced`, { ...ROUTE, plugins: sends(secret('replaced')) })
    await put(`/routes/${name}-replaced`, ROUTE)
  }

  /** Which of these stand anywhere in these folders: heap, indexes, write-ahead log, server logs. */
  const search = (texts: readonly string[], ...places: string[]): string[] => {
    const found = new Set<string>()
    for (const place of places) {
      for (const entry of readdirSync(place, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile()) continue
        const bytes = contentOf(path.join(entry.parentPath, entry.name))
        for (const text of texts) if (bytes.includes(text)) found.add(text)
      }
    }
    return [...found].sort()
  }

  it('are in the clear without a keyring, as the search shows', async () => {
    await plant('before', planted.plain)
    const directory = path.join(regions.databases.directory, 'east')
    assert.deepEqual(search(planted.plain, directory), [...planted.plain].sort())
  })

  it('are sealed once there is one, what was written before included, and nothing else changes', async () => {
    const before = await read('/routes/before')
    const { hash } = await regions.state('east')
    await startWith(A)
    await settled()
    assert.equal((await regions.state('east')).hash, hash)
    assert.deepEqual(await read('/routes/before'), before)
    const client = new Client({ connectionString: regions.databaseUrl('east') })
    await client.connect()
    const { rows } = await client.query(
      `SELECT value AS text FROM antipode.resource UNION ALL SELECT value FROM antipode.change WHERE value IS NOT NULL
       UNION ALL SELECT body FROM antipode.write`,
    )
    await client.end()
    assert.ok(rows.length >= 18, `${rows.length} rows`)
    assert.deepEqual(
      rows.filter(({ text }) => !/^antipode:1:[0-9a-f]{16}:[A-Za-z0-9+/=]+$/.test(text)),
      [],
    )
  })

  it('stand nowhere in either database, its write-ahead log and its backup', async () => {
    await plant('since', planted.sealed)
    await until(
      'the standby has them',
      async () => (await regions.admin('west', 'GET', '/routes/since')).status === 200,
    )
    const backup = path.join(folder, 'sealed.backup')
    await backUp(regions.databaseUrl('east'), backup)
    assert.deepEqual(search(planted.sealed, regions.databases.directory, folder), [])
    assert.deepEqual(
      (await read('/consumers/since', 'west')).value.plugins,
      (await read('/consumers/since')).value.plugins,
    )
  })

  it('are sealed with a new key under traffic: no write fails, and nobody sees a difference', async () => {
    const [old] = (await status()).dataKeys
    for (let at = 0; at < 300; at += 30) {
      await Promise.all(Array.from({ length: 30 }, (_, index) => put(`/routes/r${at + index}`, ROUTE)))
    }
    let writing = true
    let written = 0
    const writers = Array.from({ length: 4 }, async (_, writer) => {
      for (; writing; written++)
        await put(`/routes/r${(writer * 75 + written) % 300}`, { ...ROUTE, desc: `${writer} ${written}` })
    })
    const rotated = await commands.run('keyring', 'rotate', '--config', regions.configFile('east'), '--wait', '--json')
    writing = false
    await Promise.all(writers)
    assert.equal(rotated.code, 0, rotated.stderr)
    assert.ok(written > 0)
    const now = await status()
    assert.ok(isSettled(now), JSON.stringify(now))
    assert.equal(now.dataKeys[0]!.id, JSON.parse(rotated.stdout).id)
    assert.notEqual(now.dataKeys[0]!.id, old!.id)
    await until('the standby agrees', async () => {
      const [east, west] = await Promise.all([regions.state('east'), regions.state('west')])
      return east.hash === west.hash && east.revision === west.revision
    })
    // A new process reads all of it from the database.
    const { hash } = await regions.state('east')
    await startWith(A)
    assert.equal((await regions.state('east')).hash, hash)
  })

  it('are sealed to the end by whoever leads next, where a rotation was broken off', async () => {
    const rotated = await commands.run('keyring', 'rotate', '--config', regions.configFile('east'), '--json')
    assert.equal(rotated.code, 0, rotated.stderr)
    await startWith(A)
    await settled()
    assert.equal((await status()).dataKeys[0]!.id, JSON.parse(rotated.stdout).id)
  })

  it('are opened by no other key, and a start without the right one says which is missing and where it looked', async () => {
    const [{ id, wrappedBy }] = (await status()).dataKeys as [KeyringStatus['dataKeys'][number]]
    await regions.stopControlPlane('east')
    regions.more = { keyring: { keys: [B] } }
    const missing = (place: RegExp) => (error: Error & { code: string }) => {
      assert.equal(error.code, 'KEYRING_KEY_MISSING')
      assert.ok(error.message.includes(`data key ${id}`) && error.message.includes(`key ${wrappedBy}`), error.message)
      assert.match(error.message, place)
      return true
    }
    await assert.rejects(
      regions.startControlPlane('east'),
      missing(/looked for it in variable ANTIPODE_TEST_KEY_B \(key /),
    )
    regions.more = {}
    await assert.rejects(regions.startControlPlane('east'), missing(/antipode\.keyring\.keys, which names none/))
    regions.more = { keyring: { keys: [{ env: 'ANTIPODE_TEST_NO_KEY' }] } }
    await assert.rejects(regions.startControlPlane('east'), { code: 'KEYRING_INVALID' })
    const other = await commands.run('keyring', 'rotate', '--config', regions.configFile('east'))
    assert.equal(other.code, 2)
    await startWith(A)
  })

  it('change over to another key, and need the first no more', async () => {
    await startWith(B, A)
    assert.equal((await status()).dataKeys[0]!.wrappedBy, (await status()).keys[0]!.id)
    const rotated = await commands.run('keyring', 'rotate', '--config', regions.configFile('east'), '--wait')
    assert.equal(rotated.code, 0, rotated.stderr)
    await startWith(B)
    const { stdout } = await commands.run('keyring', 'status', '--config', regions.configFile('west'))
    assert.match(stdout, /^key [0-9a-f]{16} in variable ANTIPODE_TEST_KEY_B, wraps new data keys\n/)
    assert.match(stdout, /: seals, \d+ values\n0 values are not sealed\n$/)
    assert.deepEqual((await read('/consumers/since')).value.username, 'since')
  })

  it('come back from a backup with the keyring that it was made with', async () => {
    const backup = path.join(folder, 'whole.backup')
    const { hash } = await regions.state('east')
    await backUp(regions.databaseUrl('east'), backup)
    assert.deepEqual(search(planted.sealed, folder), [])
    await put('/routes/later', ROUTE)
    for (const side of ['east', 'west'] as const) await regions.stopControlPlane(side)
    await restore({ database: regions.databaseUrl('east'), file: backup, replace: true })
    regions.more = { keyring: { keys: [A] } }
    await assert.rejects(regions.startControlPlane('east'), { code: 'KEYRING_KEY_MISSING' })
    await startWith(B)
    assert.equal((await regions.state('east')).hash, hash)
    assert.equal((await regions.admin('east', 'GET', '/routes/later')).status, 404)
  })

  it('are served and written by a standby that takes over with the same keyring', async () => {
    const expected = await read('/ssls/since')
    const { epoch, hash } = await regions.state('east')
    await until('the standby follows', async () => {
      const west = await regions.state('west')
      return west.hash === hash && west.epoch === epoch && west.database.streaming === true
    })
    await regions.stopControlPlane('east')
    const order = { role: 'active', epoch: nextEpoch(epoch, 2), expectedEpoch: epoch }
    const change = await regions.change('west', order)
    assert.equal(change.status, 200, JSON.stringify(change.body))
    assert.deepEqual(await read('/ssls/since', 'west'), expected)
    await put('/routes/after', ROUTE, 'west')
    await until('what it writes is sealed', async () => isSettled(await status('west')))
  })
})
