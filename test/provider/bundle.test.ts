import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { FLAGS, installProvider } from '../../provider/distribution/install.ts'
import { encodeSchema } from '../../provider/framework/service/encode-schema.ts'
import { antipodeProvider } from '../../provider/provider.ts'
import { framed, StartedProvider } from './framework/started-provider.ts'

test('an installed provider tells the schema that its sources have, and goes on to serve any number of calls', async () => {
  const mirror = mkdtempSync(join(tmpdir(), 'antipode-bundle-'))
  const { folder, version } = await installProvider(mirror)
  const provider = new StartedProvider({}, { command: [join(folder, `terraform-provider-antipode_v${version}`)] })
  try {
    await provider.connect()
    const told = await provider.send('/tfplugin6.Provider/GetProviderSchema', framed(new Uint8Array()))
    assert.equal(told.status, 0, told.text)
    assert.ok(told.body.subarray(5).equals(encodeSchema(antipodeProvider)))
    // Some of what a long run needs is loaded only then.
    for (let call = 0; call < 50; call++) {
      const { resources } = (await provider.call('GetMetadata')) as { resources: readonly object[] }
      assert.equal(resources.length, Object.keys(antipodeProvider.resources).length)
    }
  } finally {
    await provider.close()
    rmSync(mirror, { recursive: true, force: true })
  }
})

test('a provider keeps what was compiled for its next start, in the cache of the user, and does without one', async () => {
  const mirror = mkdtempSync(join(tmpdir(), 'antipode-bundle-'))
  const { folder, version } = await installProvider(mirror)
  const command = [join(folder, `terraform-provider-antipode_v${version}`)]
  const home = join(mirror, 'home')
  const kept = () => readdirSync(home, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const run = async (env: NodeJS.ProcessEnv) => {
    const provider = new StartedProvider(env, { command })
    try {
      await provider.connect()
      await provider.call('GetMetadata')
      await provider.call('StopProvider')
      await provider.send('/plugin.GRPCController/Shutdown', framed(new Uint8Array()))
      if (provider.child.exitCode === null) await once(provider.child, 'exit')
    } finally {
      await provider.close()
    }
  }
  try {
    mkdirSync(home)
    await run({ HOME: home })
    const compiled = kept()
    assert.notEqual(compiled.length, 0)
    for (const { parentPath } of compiled) {
      assert.ok(parentPath.startsWith(join(home, '.cache/terraform-provider-antipode')))
    }
    await run({ HOME: home })
    assert.equal(kept().length, compiled.length)
    // No folder can be made in a file.
    await run({ HOME: command[0] })
    await run({})
  } finally {
    rmSync(mirror, { recursive: true, force: true })
  }
})

test('no flag is one of V8, with any of which Node compiles its own modules at every start', () => {
  const ofV8 = execFileSync(process.execPath, ['--v8-options'], { encoding: 'utf8' })
  for (const flag of FLAGS.split(' ')) {
    const [, name = ''] = /^--(?:no-)?([^=]+)/.exec(flag) ?? []
    assert.doesNotMatch(ofV8, new RegExp(`^\\s+--${name} `, 'm'), flag)
  }
})
