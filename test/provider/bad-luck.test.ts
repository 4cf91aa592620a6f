import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, afterEach, before, beforeEach, test } from 'node:test'
import { antipodeProvider } from '../../provider/provider.ts'
import { startControlPlane } from './control-plane.ts'
import { skip, TerraformWorkspace } from './terraform-workspace.ts'
import { type Fate, refusesWrites, UnreliablePath } from './unreliable-path.ts'

let controlPlane: Awaited<ReturnType<typeof startControlPlane>>
let path: UnreliablePath
let terraform: TerraformWorkspace

before(async () => {
  if (!skip) controlPlane = await startControlPlane()
})
after(() => controlPlane?.close())
beforeEach(async () => {
  if (skip) return
  path = await UnreliablePath.to(controlPlane.endpoint)
  terraform = await TerraformWorkspace.over(antipodeProvider)
})
afterEach(async () => {
  await terraform?.close()
  await path?.close()
})

const write = (resource: object, provider: object = {}) =>
  terraform.write(
    // In lines, since Terraform repeats the line that a problem is in.
    JSON.stringify(
      {
        terraform: { required_providers: { antipode: { source: 'antipode/antipode' } } },
        provider: { antipode: { endpoints: [path.endpoint], token: controlPlane.token, timeout: 2, ...provider } },
        resource,
      },
      null,
      1,
    ),
    'main.tf.json',
  )
const upstream = (name: string) => ({ name, nodes: [{ host: '127.0.0.1', port: 80, weight: 1 }] })
const onWrite = (...fates: Fate[]) => {
  path.decide = ({ method }) => (method === 'PUT' || method === 'DELETE' ? (fates.shift() ?? 'arrives') : 'arrives')
}
const failApply = async () => {
  const { code, stderr } = await terraform.run('apply', '-auto-approve', '-no-color')
  assert.equal(code, 1)
  return stderr.replaceAll(/\s+/g, ' ')
}
const assertDone = async () => {
  await terraform.apply()
  assert.equal((await terraform.run('plan', '-detailed-exitcode')).code, 0)
  await terraform.succeed('destroy', '-auto-approve')
}

test('the writing region moves in the middle of an apply', { skip }, async () => {
  write({ antipode_upstream: { a: upstream('a'), b: { ...upstream('b'), desc: '${antipode_upstream.a.id}' } } })
  onWrite('arrives', refusesWrites('ANTIPODE_STANDBY', controlPlane.endpoint))
  await assertDone()
})

test('a failure half-way leaves a state that tells what there is', { skip }, async () => {
  write({ antipode_upstream: { a: upstream('a'), b: { ...upstream('b'), desc: '${antipode_upstream.a.id}' } } })
  onWrite('arrives', { status: 500, body: { error_msg: 'internal error' } })
  assert.match(
    await failApply(),
    /The control plane refused .*internal error.*antipode_upstream.b|antipode_upstream.b.*internal error/,
  )
  assert.deepEqual((await terraform.succeed('state', 'list')).stdout.trim(), 'antipode_upstream.a')
  await assertDone()
})

test('a creation that stays in doubt is found by the next run', { skip }, async () => {
  write({ antipode_upstream: { a: upstream('a') } })
  path.decide = ({ method, path: at }) => {
    if (method === 'PUT') return 'answer lost'
    return at.includes('/writes/') ? 'lost' : 'arrives'
  }
  assert.match(await failApply(), /Whether it was carried out is not known/)
  path.decide = () => 'arrives'
  await assertDone()
})

test('credentials that are refused half-way are in the state as far as they got', { skip }, async () => {
  const credential = (name: string) => ({ name, type: 'key-auth', config_wo: { key: `planted-${name}` } })
  write({ antipode_consumer: { it: { username: 'half', credentials: [credential('one'), credential('two')] } } })
  onWrite('arrives', 'arrives', { status: 500, body: { error_msg: 'cannot keep planted-two' } })
  const said = await failApply()
  assert.ok(!said.includes('planted-two'), 'a secret is repeated')
  await assertDone()
})

test('a control plane that is down is named, and when it is back the apply goes on', { skip }, async () => {
  write({ antipode_upstream: { a: upstream('a') } }, { endpoints: ['http://127.0.0.1:1'], timeout: 0.5 })
  const { code, stderr } = await terraform.run('plan', '-no-color')
  assert.equal(code, 1)
  assert.match(stderr.replaceAll(/\s+/g, ' '), /cannot be reached .*127\.0\.0\.1:1/)
  write({ antipode_upstream: { a: upstream('a') } })
  await assertDone()
})

test('a token that is not known is a problem of its own', { skip }, async () => {
  write({ antipode_upstream: { a: upstream('a') } }, { token: 'planted-wrong-token' })
  const { stderr } = await terraform.run('plan', '-no-color')
  assert.match(stderr.replaceAll(/\s+/g, ' '), /does not let this in .*wrong apikey/)
  assert.ok(!stderr.includes('planted-wrong-token'))
})

test('Terraform that is asked to stop ends in time, and the next run completes', { skip }, async () => {
  write({ antipode_upstream: { a: upstream('a') } }, { timeout: 600 })
  const reached = new Promise<void>((resolve) => {
    path.decide = ({ method }) => {
      if (method !== 'PUT') return 'arrives'
      resolve()
      return 'never answered'
    }
  })
  const { child, ended } = terraform.start('apply', '-auto-approve', '-no-color')
  await reached
  child.kill('SIGINT')
  const { code, stderr } = await ended
  assert.notEqual(code, 0)
  assert.match(stderr, /Terraform was stopped|interrupted/i)
  path.decide = () => 'arrives'
  await assertDone()
})

test('no secret is in a state, a plan, a log or a message', { skip }, async () => {
  const SECRETS = ['planted-secret-one', controlPlane.token]
  const logs = join(terraform.folder, 'logs')
  const logged = await TerraformWorkspace.over(antipodeProvider, { TF_LOG: 'TRACE', TF_LOG_PATH: logs })
  const configuration = {
    antipode_consumer: {
      it: { username: 'shop', credentials: [{ name: 'a', type: 'key-auth', config_wo: { key: '${var.secret}' } }] },
    },
  }
  try {
    logged.write(
      JSON.stringify({
        terraform: { required_providers: { antipode: { source: 'antipode/antipode' } } },
        provider: { antipode: { endpoints: [path.endpoint] } },
        variable: { secret: { ephemeral: true, type: 'string' } },
        resource: configuration,
      }),
      'main.tf.json',
    )
    Object.assign(process.env, { ANTIPODE_TOKEN: controlPlane.token })
    await logged.succeed('plan', '-out=tfplan', '-no-color', `-var=secret=${SECRETS[0]}`)
    const plan = (await logged.succeed('show', '-json', 'tfplan')).stdout
    await logged.apply(`-var=secret=${SECRETS[0]}`)
    const files = readdirSync(logged.folder).filter((name) => /tfstate|tfplan/.test(name))
    const texts = [plan, ...files.map((name) => readFileSync(join(logged.folder, name), 'latin1'))]
    // Terraform writes down its own command line, and with it the value of -var.
    const lines = readFileSync(logs, 'utf8')
      .split('\n')
      .filter((line) => !/CLI (command )?args/.test(line))
    for (const secret of SECRETS) {
      assert.ok(!texts.some((text) => text.includes(secret)), `${secret} is in a state or a plan`)
      assert.deepEqual(
        lines.filter((line) => line.includes(secret)),
        [],
        `${secret} is in a log`,
      )
    }
    await logged.succeed('destroy', '-auto-approve', `-var=secret=${SECRETS[0]}`)
  } finally {
    delete process.env.ANTIPODE_TOKEN
    await logged.close()
  }
})
