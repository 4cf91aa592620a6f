import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { oneTimeCertificate } from '../../../provider/framework/plugin/certificate.ts'
import { agree } from '../../../provider/framework/plugin/handshake.ts'
import { COOKIE, framed, StartedProvider } from './started-provider.ts'

async function started(
  use: (provider: StartedProvider) => Promise<void>,
  ...options: ConstructorParameters<typeof StartedProvider>
) {
  const provider = new StartedProvider(...options)
  try {
    await use(provider)
  } finally {
    await provider.close()
  }
}

test('a provider says where it listens in one line, with a certificate for mutual TLS', async () => {
  await started(async (provider) => {
    const [core, protocol, network, socket, kind, certificate = ''] = (await provider.announced()).split('|')
    assert.deepEqual([core, protocol, network, kind], ['1', '6', 'unix', 'grpc'])
    assert.ok(socket?.startsWith(provider.folder))
    assert.ok(!certificate.endsWith('='))
    const { subjectAltName } = new X509Certificate(Buffer.from(certificate, 'base64'))
    assert.equal(subjectAltName, 'DNS:localhost')
    await provider.connect()
    assert.ok('resources' in (await provider.call('GetMetadata')))
    assert.equal(provider.stdout.length, 1)
  })
})

test('a provider leaves when Terraform says so, and its socket with it', async () => {
  await started(async (provider) => {
    await provider.connect()
    // The connection may go before the last frame of the answer is here.
    await provider.send('/plugin.GRPCController/Shutdown', framed(new Uint8Array())).catch(() => undefined)
    assert.equal(await provider.exited(), 0)
    assert.deepEqual(readdirSync(provider.folder), [])
  })
})

test('Ctrl-C is for Terraform to handle', async () => {
  await started(async (provider) => {
    await provider.connect()
    provider.child.kill('SIGINT')
    assert.ok(await provider.call('GetMetadata'))
  })
})

test('without the client’s certificate nobody is let in', async () => {
  await started(async (provider) => {
    await provider.announced()
    const stranger = new StartedProvider()
    try {
      // The stranger's certificate instead of the one that was agreed upon.
      stranger.stdout.splice(0, Infinity, await provider.announced())
      const tried = stranger.connect().then(() => stranger.call('GetMetadata'))
      await assert.rejects(Promise.race([tried, provider.exited()]))
    } finally {
      await stranger.close()
    }
  })
})

test('whoever does not ask for TLS is served without', async () => {
  await started(
    async (provider) => {
      assert.match(await provider.announced(), /\|grpc\|$/)
      await provider.connect()
      assert.ok(await provider.call('GetFunctions'))
    },
    {},
    { tls: false },
  )
})

test('a person who starts it is told what it is', async () => {
  await started(
    async (provider) => {
      assert.match(await text(provider.child.stderr!), /is a Terraform provider: Terraform starts it/)
      assert.equal(await provider.exited(), 1)
      assert.deepEqual(provider.stdout, [])
    },
    { TF_PLUGIN_MAGIC_COOKIE: 'no' },
  )
})

test('a Terraform that does not speak protocol 6 is told which one does', () => {
  assert.throws(() => agree({ ...COOKIE, PLUGIN_PROTOCOL_VERSIONS: '4,5' }), /Terraform 1\.11/)
  assert.ok(agree({ ...COOKIE, PLUGIN_PROTOCOL_VERSIONS: '5,6' }))
})

test('whatever bytes a call brings, it is answered and the provider lives on', async () => {
  await started(
    async (provider) => {
      await provider.connect()
      const calls = [
        'PlanResourceChange',
        'ApplyResourceChange',
        'ReadResource',
        'ConfigureProvider',
        'CallFunction',
        'UpgradeResourceState',
        'ImportResourceState',
      ]
      for (let seed = 1; seed <= 40; seed++) {
        const noise = Uint8Array.from({ length: seed * 3 }, (_, index) => (index * 7919 * seed + seed) % 256)
        const name = calls[seed % calls.length]!
        const { status } = await provider.send(`/tfplugin6.Provider/${name}`, seed % 2 ? framed(noise) : noise)
        assert.ok([0, 3, 13].includes(status), `${name} ended with ${status}`)
      }
      assert.equal((await provider.send('/tfplugin6.Provider/Nothing', framed(new Uint8Array()))).status, 12)
      for (const name of [
        'PlanResourceChange',
        'ApplyResourceChange',
        'ReadResource',
        'ImportResourceState',
      ] as const) {
        const { diagnostics = [] } = (await provider.call(name, { type_name: 'antipode_nothing' })) as {
          diagnostics?: object[]
        }
        assert.equal(diagnostics.length, 1)
      }
      assert.ok(await provider.call('GetProviderSchema'))
    },
    {},
    { tls: false },
  )
})

test('a certificate is new each time, and whole', () => {
  const { certificate, key } = oneTimeCertificate()
  const read = new X509Certificate(certificate)
  assert.ok(read.verify(read.publicKey))
  assert.ok(read.checkHost('localhost'))
  assert.notEqual(oneTimeCertificate().key, key)
})
