import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { installProvider } from '../../provider/distribution/install.ts'
import { RUNTIME_VERSION } from '../../runtime/model/runtime-version.ts'
import { startControlPlane } from './control-plane.ts'
import { skip, TerraformWorkspace } from './terraform-workspace.ts'

const PACKAGES = fileURLToPath(new URL('../../node_modules', import.meta.url))
const run = promisify(execFile)

const PROJECT = JSON.stringify({
  ...{ language: 'typescript', app: 'node main.ts', projectId: 'test', sendCrashReports: 'false' },
  ...{ terraformProviders: [`antipode/antipode@${RUNTIME_VERSION}`], codeMakerOutput: '.gen' },
})
const MAIN = `
  import { App, LocalBackend, TerraformStack } from 'cdktf'
  import { AntipodeProvider } from './.gen/providers/antipode/provider'
  import { Route } from './.gen/providers/antipode/route'

  const app = new App({ outdir: 'out' })
  const stack = new TerraformStack(app, 'gateway')
  new LocalBackend(stack, { path: 'terraform.tfstate' })
  new AntipodeProvider(stack, 'antipode')
  new Route(stack, 'hello', {
    name: 'hello',
    uris: ['/hello'],
    plugins: { 'fault-injection': { abort: { http_status: 200, body: 'hello' } } },
  })
  app.synth()
`

describe('cdktf get', { skip }, () => {
  let controlPlane: Awaited<ReturnType<typeof startControlPlane>>
  let terraform: TerraformWorkspace

  before(async () => {
    controlPlane = await startControlPlane()
    // Its home is a clean one: what is installed there is found without a word of configuration.
    terraform = new TerraformWorkspace(controlPlane.env)
    await installProvider(join(terraform.folder, '.terraform.d', 'plugins'))
    symlinkSync(PACKAGES, join(terraform.folder, 'node_modules'))
    terraform.write(PROJECT, 'cdktf.json')
    terraform.write(MAIN, 'main.ts')
  })
  after(async () => {
    await terraform?.close()
    await controlPlane?.close()
  })

  it('makes constructs of the installed provider, and what they synthesise is applied', async () => {
    const { folder } = terraform
    const env = {
      PATH: `${join(PACKAGES, '.bin')}:${process.env.PATH}`,
      HOME: folder,
      CI: '1',
      CHECKPOINT_DISABLE: '1',
    }
    await run('cdktf', ['get'], { cwd: folder, env })
    const program = join(folder, 'main.mjs')
    const options = { bundle: true, platform: 'node', format: 'esm', packages: 'external', logLevel: 'silent' } as const
    await build({ ...options, entryPoints: [join(folder, 'main.ts')], outfile: program, tsconfigRaw: '{}' })
    await run(process.execPath, [program], { cwd: folder, env })
    const stack = readFileSync(join(folder, 'out', 'stacks', 'gateway', 'cdk.tf.json'), 'utf8')
    terraform.write(stack, 'main.tf.json')
    await terraform.succeed('init', '-no-color')
    await terraform.apply()
    const { list } = (await controlPlane.call('GET', '/routes')).body
    assert.equal(list.length, 1)
    assert.deepEqual(list[0].value.plugins, { 'fault-injection': { abort: { http_status: 200, body: 'hello' } } })
    assert.equal((await terraform.run('plan', '-detailed-exitcode')).code, 0)
  })
})
