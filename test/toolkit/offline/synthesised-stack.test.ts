import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  readStacks,
  type StackDocument,
  usedTypes,
  withLocalState,
} from '../../../toolkit/offline/terraform/synthesised-stack.ts'

const network = { bucket: 'state-us-east-1', key: 'network', region: 'us-east-1' }
const DOCUMENTS: Readonly<Record<string, StackDocument>> = {
  'a-reader': {
    terraform: { backend: { s3: { bucket: 'state-us-east-1', key: 'reader' } }, required_version: '>= 1.11' },
    data: {
      aws_region: { here: {} },
      terraform_remote_state: { input: { backend: 's3', config: network, workspace: 'default' } },
    },
  },
  'b-network': { terraform: { backend: { s3: network } }, resource: { aws_vpc: { it: {} } } },
}

test('stacks with states in buckets are put in order and given files for states', () => {
  const outdir = mkdtempSync(join(tmpdir(), 'stacks-'))
  try {
    for (const [name, document] of Object.entries(DOCUMENTS)) {
      mkdirSync(join(outdir, 'stacks', name), { recursive: true })
      writeFileSync(join(outdir, 'stacks', name, 'cdk.tf.json'), JSON.stringify(document))
    }
    // One of an earlier synthesis, which the manifest does not name.
    mkdirSync(join(outdir, 'stacks', 'gone'))
    const stacks = Object.keys(DOCUMENTS).map((name) => [name, { synthesizedStackPath: `stacks/${name}/cdk.tf.json` }])
    writeFileSync(join(outdir, 'manifest.json'), JSON.stringify({ stacks: Object.fromEntries(stacks) }))

    const read = readStacks(outdir)
    assert.deepEqual(
      read.map(({ name, reads }) => [name, reads]),
      [
        ['b-network', {}],
        ['a-reader', { input: 'b-network' }],
      ],
    )
    const { resource, data } = usedTypes(read)
    assert.deepEqual([[...resource], [...data]], [['aws_vpc'], ['aws_region']])
    const reader = read.find(({ name }) => name === 'a-reader')
    assert.ok(reader)
    assert.deepEqual(withLocalState(reader, '/states'), {
      terraform: { backend: { local: { path: '/states/a-reader.tfstate' } }, required_version: '>= 1.11' },
      data: {
        aws_region: { here: {} },
        terraform_remote_state: { input: { backend: 'local', config: { path: '/states/b-network.tfstate' } } },
      },
    })
  } finally {
    rmSync(outdir, { recursive: true })
  }
})

test('no provisioner is left in a stack that is checked, and the stack that was read keeps its own', () => {
  const push = { input: { image: 'a:b' }, provisioner: [{ 'local-exec': { command: 'docker push a:b' } }] }
  const document: StackDocument = { resource: { terraform_data: { push }, aws_vpc: { it: { cidr_block: 'x' } } } }
  const checked = withLocalState({ name: 'images', document, reads: {} }, '/states')
  assert.deepEqual(checked.resource, {
    terraform_data: { push: { input: { image: 'a:b' } } },
    aws_vpc: { it: { cidr_block: 'x' } },
  })
  assert.ok('provisioner' in push)
})
