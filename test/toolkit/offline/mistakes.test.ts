import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  type OfflineTerraform,
  type StackOutcome,
  startOfflineTerraform,
} from '../../../toolkit/offline/offline-terraform.ts'
import type { StackDocument, SynthesisedStack } from '../../../toolkit/offline/terraform/synthesised-stack.ts'
import { findTerraform } from '../../../toolkit/offline/terraform/terraform.ts'
import { skip } from './terraform-available.ts'

const VPC = { cidr_block: '10.0.0.0/16' }
const TARGETS = { name: 'targets', port: 80, protocol: 'TCP', vpc_id: 'vpc-1' }

/** Each is planned, and has to be refused with this. */
const MISTAKES: readonly { what: string; resource: NonNullable<StackDocument['resource']>; refused: RegExp }[] = [
  {
    what: 'an unknown argument',
    resource: { aws_vpc: { it: { ...VPC, cidr: '10.0.0.0/16' } } },
    refused: /Extraneous JSON object property.*No argument or block type is named "cidr"/s,
  },
  {
    what: 'a missing argument',
    resource: { aws_subnet: { it: { cidr_block: '10.0.0.0/24' } } },
    refused: /Missing required argument.*"vpc_id" is required/s,
  },
  {
    what: 'a value of another type',
    resource: { aws_vpc: { it: { ...VPC, enable_dns_support: 'perhaps' } } },
    refused: /Incorrect attribute value type.*a bool is required/s,
  },
  {
    what: 'an unknown type',
    resource: { aws_vpcs: { it: VPC } },
    refused: /Invalid resource type.*does not support resource type "aws_vpcs"/s,
  },
  {
    what: 'a reference to an attribute that is not there',
    resource: { aws_vpc: { it: VPC }, aws_subnet: { it: { vpc_id: '$'.concat('{aws_vpc.it.vpc_id}') } } },
    refused: /Unsupported attribute.*no argument, nested block, or exported attribute named "vpc_id"/s,
  },
  {
    what: 'a second block of which there may be one',
    resource: { aws_lb_target_group: { it: { ...TARGETS, health_check: [{}, {}] } } },
    refused: /Too many health_check blocks/,
  },
  {
    what: 'a value for what only AWS fills in',
    resource: { aws_vpc: { it: { ...VPC, owner_id: '123456789012' } } },
    refused: /owner_id cannot be set.*computed, neither optional nor required/s,
  },
  {
    what: 'a word that is none of those allowed',
    resource: { aws_lb_target_group: { it: { ...TARGETS, health_check: { protocol: 'UDP' } } } },
    refused: /health_check\.protocol cannot be "UDP".*HTTP, HTTPS, TCP.*internal\/service\/elbv2/s,
  },
  {
    what: 'arguments that exclude each other',
    resource: { aws_lb_target_group: { it: { ...TARGETS, name_prefix: 'tg-' } } },
    refused: /name and name_prefix conflict/,
  },
]

describe('the real Terraform, without AWS', { skip }, () => {
  let offline: OfflineTerraform
  const stacks = MISTAKES.map(({ resource }, index) => stackOf(`mistake-${index}`, resource))
  const secret = stackOf('secret', {
    aws_secretsmanager_secret_version: {
      it: { secret_id: 'name', secret_string_wo: 'hunter2', secret_string_wo_version: 1 },
    },
  })

  before(async () => {
    const terraform = await findTerraform(process.env)
    offline = await startOfflineTerraform({ terraform, stacks: [...stacks, secret], env: process.env })
  })
  after(() => offline?.close())

  for (const [index, { what, refused }] of MISTAKES.entries()) {
    it(`refuses ${what}`, async () => {
      const stack = stacks[index]
      assert.ok(stack)
      await offline.place(stack)
      const outcome = await offline.validate(stack.name)
      assert.equal(outcome.ok, false)
      assert.match(text(outcome), refused)
    })
  }

  it('hands a write-only argument on, and keeps it out of the state', async () => {
    await offline.place(secret)
    assert.ok((await offline.plan(secret.name)).ok)
    assert.ok((await offline.apply(secret.name)).ok)
    assert.ok(offline.secrets.has('hunter2'))
    assert.doesNotMatch(offline.state(secret.name), /hunter2/)
    assert.match(offline.state(secret.name), /"secret_string_wo": null/)
  })
})

function stackOf(name: string, resource: NonNullable<StackDocument['resource']>): SynthesisedStack {
  const document = {
    terraform: { required_providers: { aws: { source: 'hashicorp/aws', version: '~> 6.25' } } },
    provider: { aws: [{ region: 'us-east-1' }] },
    resource,
  }
  return { name, document, reads: {} }
}

function text({ findings }: StackOutcome): string {
  return findings.map(({ summary, detail }) => `${summary}\n${detail}`).join('\n')
}
