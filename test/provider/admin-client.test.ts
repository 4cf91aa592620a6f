import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { AdminClient } from '../../provider/admin-api/admin-client.ts'
import { Refused } from '../../provider/framework/problem.ts'
import { startControlPlane, TOKEN } from './control-plane.ts'
import { type Fate, refusesWrites, UnreliablePath } from './unreliable-path.ts'

let controlPlane: Awaited<ReturnType<typeof startControlPlane>>
const never = new AbortController().signal

before(async () => {
  controlPlane = await startControlPlane()
})
after(() => controlPlane.close())

const clientOf = (endpoints: readonly string[], timeout = 60_000) =>
  new AdminClient({
    ...{ endpoints, timeout, token: TOKEN, ca: null, clientCertificate: null, clientKey: null, concurrency: 10 },
  })
const UPSTREAM = { nodes: { '127.0.0.1:80': 1 } }
const put = (client: AdminClient, id: string) => client.write('PUT', `/apisix/admin/upstreams/${id}`, UPSTREAM, never)

/** A path whose calls meet these fates in turn, and then arrive. */
async function withPath(fates: readonly Fate[], use: (path: UnreliablePath) => Promise<void>): Promise<void> {
  const path = await UnreliablePath.to(controlPlane.endpoint)
  const left = [...fates]
  path.decide = ({ method }) => (method === 'GET' ? 'arrives' : (left.shift() ?? 'arrives'))
  try {
    await use(path)
  } finally {
    await path.close()
  }
}

for (const code of ['FENCED', 'STANDBY', 'FROZEN', 'DRAINING', 'UNAVAILABLE']) {
  test(`a write that a control plane refuses as ${code} goes to the writer that it names`, async () => {
    await withPath([refusesWrites(`ANTIPODE_${code}`, controlPlane.endpoint)], async (path) => {
      const client = clientOf([path.endpoint])
      assert.equal((await put(client, `at-${code}`)).status, 201)
      assert.equal((await put(client, `at-${code}`)).status, 200)
      assert.equal(path.writes.length, 1, 'the second write goes straight to the writer')
    })
  })
}

test('where no writer is named the endpoints are tried in turn', async () => {
  await withPath([refusesWrites('ANTIPODE_FENCED', null)], async (path) => {
    assert.equal((await put(clientOf([path.endpoint, controlPlane.endpoint]), 'in-turn')).status, 201)
  })
})

test('a control plane that is frozen for a while is asked again', async () => {
  const frozen = refusesWrites('ANTIPODE_FROZEN', null)
  await withPath([frozen, frozen, frozen], async (path) => {
    assert.equal((await put(clientOf([path.endpoint]), 'thawed')).status, 201)
    assert.equal(new Set(path.writes.map(({ writeId }) => writeId)).size, 1, 'under one id')
  })
})

for (const fate of ['answer lost', 'in doubt'] as const) {
  test(`a write whose outcome is unclear (${fate}) is found, and not repeated`, async () => {
    await withPath([fate], async (path) => {
      const id = fate.replace(' ', '-')
      assert.equal((await put(clientOf([path.endpoint]), id)).status, 200)
      assert.equal(path.writes.length, 1)
      assert.ok(await controlPlane.stored(`/upstreams/${id}`))
    })
  })
}

for (const fate of ['lost', 'in doubt, and not done'] as const) {
  test(`a write that nobody knows of (${fate}) is repeated under its id`, async () => {
    await withPath([fate], async (path) => {
      assert.equal((await put(clientOf([path.endpoint]), `again-${fate.length}`)).status, 201)
      const [first, second] = path.writes
      assert.equal(first?.writeId, second?.writeId)
    })
  })
}

test('what is created under an id of the control plane is created once, whatever is lost', async () => {
  await withPath(['answer lost'], async (path) => {
    const { body } = await clientOf([path.endpoint]).write('POST', '/apisix/admin/upstreams', UPSTREAM, never)
    const { list } = (await controlPlane.call('GET', '/upstreams')).body
    const made = list.filter(({ key }: { key: string }) => /\/\d{20}$/.test(key))
    assert.deepEqual(
      made.map(({ key }: { key: string }) => key),
      [(body as { key: string }).key],
    )
  })
})

test('a refusal is an answer: it is not tried elsewhere', async () => {
  await withPath([], async (path) => {
    const answer = await clientOf([path.endpoint]).write('PUT', '/apisix/admin/upstreams/bad', { nodes: 1 }, never)
    assert.equal(answer.status, 400)
    assert.equal(path.writes.length, 1)
  })
})

test('an internal error is not repeated', async () => {
  await withPath([{ status: 500, body: { error_msg: 'internal error' } }], async (path) => {
    assert.equal((await put(clientOf([path.endpoint]), 'failed')).status, 500)
    assert.equal(path.writes.length, 1)
  })
})

test('reads pass by whoever does not answer', async () => {
  const client = clientOf(['http://127.0.0.1:1', controlPlane.endpoint])
  assert.ok(await client.get('/apisix/admin/routes', never))
})

test('a control plane that never answers is given up, with what is in doubt', async () => {
  await withPath(['never answered'], async (path) => {
    const tried = put(clientOf([path.endpoint], 400), 'silent')
    await assert.rejects(tried, (error) => {
      assert.ok(error instanceof Refused)
      assert.match(error.message, /cannot be reached[\s\S]*writes\/[0-9a-f-]{36}/)
      return true
    })
  })
})

test('nobody answers: the error names everybody that was asked', async () => {
  const tried = put(clientOf(['http://127.0.0.1:1', 'http://127.0.0.1:2'], 400), 'nobody')
  await assert.rejects(tried, /127\.0\.0\.1:1.*127\.0\.0\.1:2.*ECONNREFUSED/)
})

test('a stop ends the waiting', async () => {
  const stop = new AbortController()
  const tried = clientOf(['http://127.0.0.1:1']).write('PUT', '/apisix/admin/upstreams/a', UPSTREAM, stop.signal)
  stop.abort(new Error('stopped'))
  await assert.rejects(tried, /Terraform was stopped/)
})
