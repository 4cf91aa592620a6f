import assert from 'node:assert/strict'
import { test } from 'node:test'
import { topology as activeActive } from '../../stacks/examples/active-active.ts'
import { topology as activePassive } from '../../stacks/examples/active-passive.ts'
import { defineTopology } from '../../topology/index.ts'
import { configurationIn } from './configuration-in.ts'
import { resources, synthesise } from './synthesise.ts'

const pair = synthesise(defineTopology({ ...activePassive, fallback: 'bucket' }))
const equals = synthesise(defineTopology({ ...activeActive, fallback: 'bucket' }))

/** Regions whose stacks make a bucket for it. */
function keepersOf(stacks: typeof pair): string[] {
  const found = [...stacks].flatMap(([id, stack]) => {
    const made = Object.keys(resources(stack, 'aws_s3_bucket')).some((name) => name.startsWith('fallback_'))
    return made ? [id.replace(/^[^-]+-(.+)-foundation$/, '$1')] : []
  })
  return found.sort()
}

test('of a pair one region keeps the bucket, and all that runs in both reads it as the runtime does', () => {
  assert.deepEqual(keepersOf(pair), ['us-west-2'])
  for (const region of ['us-east-1', 'us-west-2']) {
    for (const layer of ['control-plane', 'data-plane']) {
      const { config, warnings } = configurationIn(pair.get(`payments-${region}-${layer}`))
      assert.deepEqual(warnings, [])
      assert.deepEqual(config.fallback, {
        ...{ url: 's3://payments-us-west-2-fallback-filled-in.example/snapshots', region: 'us-west-2', endpoint: null },
      })
    }
  }
})

test('regions that write for themselves keep a bucket each', () => {
  assert.deepEqual(keepersOf(equals), Object.keys(activeActive.regions).sort())
})

test('the key of another region is named by its alias, and no state of that region is read', () => {
  const stack = pair.get('payments-us-east-1-control-plane')
  const [policy] = Object.entries(resources(stack, 'aws_iam_role_policy')).filter(([name]) => name.includes('fallback'))
  const { Statement: statements } = JSON.parse(`${policy?.[1].policy}`) as { Statement: Record<string, unknown>[] }
  assert.deepEqual(statements.find(({ Sid }) => Sid === 'UseItsKey')?.Condition, {
    StringEquals: { 'kms:ViaService': 's3.us-west-2.amazonaws.com' },
    'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/payments-us-west-2' },
  })
  assert.doesNotMatch(JSON.stringify(stack), /terraform_remote_state[^"]*us-west-2/)
})
