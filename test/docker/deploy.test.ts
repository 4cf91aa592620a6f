import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { App, TerraformOutput, TerraformStack } from 'cdktf'
import { ImageRepository, RuntimeImage } from '../../constructs/index.ts'
import { skip as noTerraform } from '../toolkit/offline/terraform-available.ts'
import { type DockerEngine, startEngine } from './docker-engine.ts'
import { makeNodeBase } from './node-base.ts'
import { noRegistry, type Registry, startRegistry } from './registry.ts'

const ANTIPODE = fileURLToPath(new URL('../../toolkit/cli.ts', import.meta.url))
const run = promisify(execFile)

const found = await startEngine()
const engine = found as DockerEngine

describe('deploying the image', { skip: typeof found === 'string' ? found : noRegistry || noTerraform }, () => {
  let registry: Registry
  let base: string
  let folder: string
  const terraform = async (...args: string[]) => {
    const cwd = join(folder, 'stacks', 'images')
    const env = { ...engine.env, CHECKPOINT_DISABLE: '1', TF_IN_AUTOMATION: '1' }
    return (await run(process.env.ANTIPODE_TERRAFORM ?? 'terraform', args, { cwd, env })).stdout
  }

  before(async () => {
    registry = await startRegistry()
    base = await makeNodeBase(engine)
    folder = mkdtempSync(join(tmpdir(), 'antipode-deploy-'))
    const app = new App({ outdir: folder, stackTraces: false })
    const stack = new TerraformStack(app, 'images')
    const repository = ImageRepository.fromExisting(stack, 'repository', {
      url: `${registry.host}/shop/antipode`,
      arn: 'arn:aws:ecr:eu-west-1:123456789012:repository/shop/antipode',
    })
    const command = `'${process.execPath}' '${ANTIPODE}'`
    const image = new RuntimeImage(stack, 'image', { repository, base, command })
    new TerraformOutput(stack, 'image-of-tasks', { value: image.reference, staticId: true })
    app.synth()
  })
  after(async () => {
    await engine.close()
    await registry?.close()
    if (folder) rmSync(folder, { recursive: true })
  })

  it('pushes it before anything names it', async () => {
    await terraform('init')
    await terraform('apply', '-auto-approve')
    const { hash } = await engine.antipode('image', 'hash', '--base', base)
    const image = (await terraform('output', '-raw', 'image-of-tasks')).trim()
    assert.equal(image, `${registry.host}/shop/antipode:${hash}`)
    await engine.docker('pull', image)
  })

  it('has nothing to do while the runtime stays the same', async () => {
    // 0: nothing would change; 2: something would.
    await terraform('plan', '-detailed-exitcode')
  })
})
