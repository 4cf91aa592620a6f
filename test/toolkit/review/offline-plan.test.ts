import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { planBetween } from '../../../toolkit/offline/plan-between.ts'
import { changesOfPlan } from '../../../toolkit/review/changes/from-plan.ts'
import { readPlan } from '../../../toolkit/review/read/read-plan.ts'
import { reviewPlan } from '../../../toolkit/review/read/reviewed-plan.ts'
import { skip } from '../offline/terraform-available.ts'
import { RULES } from './review-case.ts'

const folder = mkdtempSync(join(tmpdir(), 'review-offline-'))
after(() => rmSync(folder, { recursive: true, force: true }))

/** A folder as CDKTF writes it, with one stack. */
function synthesised(name: string, resource: object): string {
  const outdir = join(folder, name)
  mkdirSync(join(outdir, 'stacks', 'payments-eu-west-1-data'), { recursive: true })
  const document = {
    terraform: {
      required_providers: { aws: { source: 'hashicorp/aws', version: '~> 6.25' } },
      backend: { local: { path: 'x' } },
    },
    provider: {
      aws: [
        {
          region: 'eu-west-1',
          default_tags: [
            { tags: { Topology: 'payments', Stack: 'payments-eu-west-1-data', Role: 'data', Region: 'eu-west-1' } },
          ],
        },
      ],
    },
    resource,
  }
  writeFileSync(join(outdir, 'stacks', 'payments-eu-west-1-data', 'cdk.tf.json'), JSON.stringify(document))
  const stack = { name: 'payments-eu-west-1-data', synthesizedStackPath: 'stacks/payments-eu-west-1-data/cdk.tf.json' }
  writeFileSync(join(outdir, 'manifest.json'), JSON.stringify({ stacks: { [stack.name]: stack } }))
  return outdir
}

test('the real Terraform plans a change without an account, and its plan is read as any other', { skip }, async () => {
  const base = synthesised('base', {
    aws_kms_key: { key: { description: 'one' } },
    aws_sns_topic: { alarms: { name: 'alarms' }, other: { name: 'other' } },
  })
  const head = synthesised('head', {
    aws_kms_key: { key: { description: 'two' } },
    aws_sns_topic: { alarms: { name: 'alarms-2' } },
  })
  const [plan, ...others] = await planBetween(base, head, { env: process.env })
  assert.ok(plan && others.length === 0)
  const reviewed = reviewPlan('plan.json', readPlan('plan.json', plan.text), null)
  assert.equal(reviewed.stack, 'payments-eu-west-1-data')
  assert.equal(reviewed.region, 'eu-west-1')
  assert.equal(reviewed.layer, 'data')
  const changes = changesOfPlan(reviewed, undefined, RULES)
  assert.deepEqual(
    changes.map(({ address, action, replacedFor, reason }) => [address, action, replacedFor, reason]),
    [
      ['aws_kms_key.key', 'update', [], null],
      ['aws_sns_topic.alarms', 'replace', ['name'], 'replace_because_cannot_update'],
      ['aws_sns_topic.other', 'delete', [], 'delete_because_no_resource_config'],
    ],
  )
  assert.deepEqual(changes[0]?.differences, [{ path: 'description', before: 'one', after: 'two' }])
  assert.deepEqual(await planBetween(head, head, { env: process.env }), [])
})
