import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type DockerEngine, startEngine } from './docker-engine.ts'
import { makeNodeBase } from './node-base.ts'
import { noRegistry, type Registry, startRegistry } from './registry.ts'

const found = await startEngine()
const engine = found as DockerEngine

describe('pushing the image', { skip: typeof found === 'string' ? found : noRegistry }, () => {
  let registry: Registry
  let base: string
  const push = (...flags: string[]) => {
    return engine.antipode('image', 'push', '--base', base, '--repository', `${registry.host}/antipode`, ...flags)
  }

  before(async () => {
    registry = await startRegistry()
    base = await makeNodeBase(engine)
  })
  after(async () => {
    await engine.close()
    await registry?.close()
  })

  it('builds it and pushes it under its hash, once', async () => {
    const { hash } = await engine.antipode('image', 'hash', '--base', base)
    const image = `${registry.host}/antipode:${hash}`
    assert.deepEqual(await push('--expected-hash', String(hash)), { image, hash, pushed: true })
    const tags = await (await fetch(`http://${registry.host}/v2/antipode/tags/list`)).json()
    assert.deepEqual(tags, { name: 'antipode', tags: [hash] })

    // Neither base nor engine is needed for what is there already.
    await engine.docker('image', 'rm', '--force', base, image)
    assert.deepEqual(await push(), { image, hash, pushed: false })
    assert.equal(await engine.docker('image', 'ls', '--quiet', image), '')
  })

  it('is the image that was built, whoever pulls it', async () => {
    const { hash } = await engine.antipode('image', 'hash', '--base', base)
    const image = `${registry.host}/antipode:${hash}`
    await engine.docker('pull', image)
    const { User } = JSON.parse(await engine.docker('image', 'inspect', '--format', '{{json .Config}}', image))
    assert.equal(User, '65532:65532')
  })

  it('refuses to push anything but what was planned', async () => {
    await assert.rejects(push('--expected-hash', 'another'), { code: 3, stderr: /synthesise again/ })
  })

  it('says which registry refused, and why', async () => {
    await registry.close()
    await assert.rejects(push(), { code: 1, stderr: /was refused: .*connection refused/ })
  })
})
