import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { topology } from '../../../stacks/examples/active-passive.ts'
import {
  type OfflineTerraform,
  type StackOutcome,
  startOfflineTerraform,
} from '../../../toolkit/offline/offline-terraform.ts'
import { readStacks, type SynthesisedStack } from '../../../toolkit/offline/terraform/synthesised-stack.ts'
import { findTerraform } from '../../../toolkit/offline/terraform/terraform.ts'
import { assertNoSecretInState, deploy, passed, tearDown, withArguments } from './deploy.ts'
import { eachOnce } from './each-once.ts'
import { skip } from './terraform-available.ts'

const MAIN = fileURLToPath(new URL('../../../stacks/main.ts', import.meta.url))
const DATABASE = 'payments-us-east-1-data'

/** The real Terraform over every stack of both examples, as somebody who deploys them would run it. */
describe('the stacks of both examples, with the real Terraform', { skip }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'offline-life-'))
  let stacks: SynthesisedStack[]
  let switched: SynthesisedStack[]
  let offline: OfflineTerraform

  before(async () => {
    stacks = synthesise('examples')
    const file = join(folder, 'switched.json')
    writeFileSync(file, JSON.stringify(withOtherWriter()))
    switched = synthesise('switched', file)
    offline = await startOfflineTerraform({
      terraform: await findTerraform(process.env),
      stacks: [...stacks, ...switched],
      env: process.env,
    })
  })
  after(async () => {
    await offline?.close()
    rmSync(folder, { recursive: true })
  })

  it('are applied, and then nothing is left to change', () => deploy(offline, stacks))

  it('keep no secret in any state', () => assertNoSecretInState(offline, stacks))

  it('change, replace and destroy nothing of a database when another region is declared the writer', async () => {
    await eachOnce(switched, async (stack) => {
      passed(await offline.place(stack))
      const { changes } = passed(await offline.plan(stack.name))
      assert.deepEqual(
        { replaced: changes.replaced, destroy: changes.destroy },
        { replaced: [], destroy: 0 },
        stack.name,
      )
      if (stack.name.endsWith('-data')) assert.deepEqual([changes.add, changes.change], [0, 0], stack.name)
    })
  })

  it('replace a database for another key, and warn that it is protected', async () => {
    const key = 'arn:aws:kms:us-east-1:123456789012:key/another'
    const { changes, findings } = await planDatabase({ kms_key_id: key })
    // With it goes what names its ARN.
    assert.deepEqual(changes.replaced.map((address) => address.split('.')[0]).sort(), [
      'aws_backup_selection',
      'aws_db_instance',
    ])
    assert.deepEqual(
      findings.map(({ severity, summary }) => ({ severity, summary })),
      [{ severity: 'warning', summary: 'it is protected from deletion' }],
    )
  })

  it('change a database in place for another class', async () => {
    const { changes, findings } = await planDatabase({ instance_class: 'db.r8g.4xlarge' })
    assert.deepEqual([changes.replaced, changes.change, changes.destroy, findings], [[], 1, 0, []])
  })

  it('refuse a primary that is told to follow another, which would fail only when applied', async () => {
    const source = 'arn:aws:rds:us-west-2:123456789012:db:payments-us-west-2-g1'
    const { ok, findings } = await planDatabase({ replicate_source_db: source, username: null, db_name: null }, false)
    assert.equal(ok, false)
    assert.match(findings[0]?.detail ?? '', /Raise the generation[\s\S]*Source: terraform-provider-aws v6\.25\.0/)
  })

  it('are not destroyed while they are protected, and are when they no longer are', async () => {
    const [database] = stacks.filter(({ name }) => name === DATABASE)
    assert.ok(database)
    passed(await offline.place(database))
    const warned = passed(await offline.plan(DATABASE, '-destroy'))
    assert.ok(warned.findings.some(({ summary }) => summary === 'it is protected from deletion'))
    const refused = await offline.apply(DATABASE)
    assert.equal(refused.ok, false)
    assert.match(refused.findings[0]?.detail ?? '', /deletion_protection = false/)
    // What was not protected is gone; made again, so that the stacks that read it can be planned.
    passed(await offline.planAndApply(DATABASE))

    await tearDown(offline, stacks)
  })

  async function planDatabase(change: Readonly<Record<string, unknown>>, ok = true): Promise<StackOutcome> {
    const stack = stacks.find(({ name }) => name === DATABASE)
    assert.ok(stack)
    passed(await offline.place(withArguments(stack, 'aws_db_instance', change)))
    const outcome = await offline.plan(DATABASE)
    return ok ? passed(outcome) : outcome
  }

  function synthesise(name: string, ...files: string[]): SynthesisedStack[] {
    const outdir = join(folder, name)
    const env = { ...process.env, CDKTF_OUTDIR: outdir, CHECKPOINT_DISABLE: '1' }
    const run = spawnSync(process.execPath, [MAIN, ...files], { env, encoding: 'utf8' })
    assert.equal(run.status, 0, run.stderr)
    return readStacks(outdir)
  }
})

/** The active-passive example after a switchover was written down. */
function withOtherWriter(): object {
  const description = JSON.parse(JSON.stringify(topology))
  description.regions['us-east-1'].role = 'standby'
  description.regions['us-west-2'].role = 'primary'
  return description
}
