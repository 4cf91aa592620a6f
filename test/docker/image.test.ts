import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, describe, it } from 'node:test'
import { type DockerEngine, startEngine } from './docker-engine.ts'
import { makeNodeBase } from './node-base.ts'

const MEGABYTE = 1_000_000
/** What the runtime may add to the Node that it runs on. */
const OWN_SIZE = 10 * MEGABYTE

const found = await startEngine()
const engine = found as DockerEngine

describe('the image', { skip: typeof found === 'string' && found }, () => {
  let base: string
  let built: { readonly image: string; readonly hash: string; readonly bytes: number }

  before(async () => {
    base = await makeNodeBase(engine)
    built = (await engine.antipode('image', 'build', '--base', base)) as typeof built
  })
  after(() => engine.close())

  it('is named after the hash of its contents, the same each time', async () => {
    assert.match(built.image, /^antipode:[0-9a-f]{32}$/)
    assert.equal(built.image, `antipode:${built.hash}`)
    assert.deepEqual(await engine.antipode('image', 'build', '--base', base), built)
    assert.deepEqual(await engine.antipode('image', 'hash', '--base', base), { hash: built.hash })
  })

  it('adds little to the Node that it runs on', async () => {
    const size = Number(await engine.docker('image', 'inspect', '--format', '{{.Size}}', base))
    assert.ok(built.bytes - size < OWN_SIZE, `${(built.bytes - size) / MEGABYTE} MB on ${size / MEGABYTE} MB`)
  })

  it('runs with nothing it could misuse: no shell, no root, no capability, no file it could write', async () => {
    const locked = ['--read-only', '--cap-drop=ALL', '--security-opt=no-new-privileges', '--network=none']
    const version = JSON.parse(await engine.docker('run', '--rm', ...locked, built.image, 'version', '--json'))
    assert.equal(version.antipode, JSON.parse(readFileSync('package.json', 'utf8')).version)
    const script = `
      const { readFileSync, writeFileSync } = require('node:fs')
      const status = Object.fromEntries(readFileSync('/proc/self/status', 'utf8').split('\\n').map((it) => it.split(':\\t')))
      const writes = (file) => { try { writeFileSync(file, ''); return true } catch { return false } }
      console.log(JSON.stringify({
        uid: process.getuid(), gid: process.getgid(), groups: process.getgroups(),
        capabilities: ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb'].map((it) => Number.parseInt(status[it], 16)),
        newPrivileges: status.NoNewPrivs, state: writes('/var/lib/antipode/x'), root: ['/x', '/opt/antipode/x', '/tmp/x'].map(writes),
      }))`
    const seen = JSON.parse(
      await engine.docker('run', '--rm', ...locked, '--entrypoint=node', built.image, '-e', script),
    )
    assert.deepEqual(seen, {
      ...{ uid: 65532, gid: 65532, groups: [65532], capabilities: [0, 0, 0, 0, 0] },
      ...{ newPrivileges: '1', state: true, root: [false, false, false] },
    })
    await assert.rejects(engine.docker('run', '--rm', ...locked, '--entrypoint=sh', built.image, '-c', 'true'))
  })

  it('says what it needs when it is given nothing', async () => {
    await assert.rejects(engine.docker('run', '--rm', '--network=none', built.image, 'data-plane'), {
      code: 2,
      stderr: /\/etc\/antipode\/config\.yaml: ENOENT/,
    })
  })

  it('tells a base that is not to be had from an image that cannot be built', async () => {
    const nowhere = '127.0.0.1:9/nowhere'
    await assert.rejects(engine.antipode('image', 'build', '--base', nowhere), {
      code: 1,
      stderr: /the base image 127\.0\.0\.1:9\/nowhere cannot be had/,
    })
  })
})
