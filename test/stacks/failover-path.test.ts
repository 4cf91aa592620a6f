import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Runbook, RunbookStep } from '../../constructs/index.ts'
import { topology as example } from '../../stacks/examples/active-passive.ts'
import { relateStacks } from '../../toolkit/offline/terraform/synthesised-stack.ts'
import { defineTopology, type Topology, type TopologyDescription } from '../../topology/index.ts'
import { type Block, deployable, resources, type SynthesisedStack, synthesise } from './synthesise.ts'

/**
 * Services whose control plane is in one region: what it changes cannot be changed while that region is lost.
 * https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/global-services.html
 */
const CONTROLLED_FROM: Readonly<Record<string, string>> = {
  route53: 'us-east-1',
  cloudfront: 'us-east-1',
  iam: 'us-east-1',
  globalaccelerator: 'us-west-2',
  'route53-recovery-control-config': 'us-west-2',
}

/** The example with other ways to move callers and to keep its database. */
const VARIANTS: Readonly<Record<string, Topology>> = {
  'Route 53 and RDS': example,
  'Aurora Global': varied({ database: { ...example.database, kind: 'aurora-global' } }),
  'routing controls': varied({ gslb: { ...example.gslb, switch: { kind: 'routing-control', url: null } } }),
  'a file as the switch': varied({
    gslb: { ...example.gslb, switch: { kind: 'inverted-check', url: 'https://off.example/payments' } },
  }),
}

function varied(changes: object): Topology {
  const { objectives } = example
  return defineTopology({
    ...example,
    objectives: { ...objectives, rto: '90s' },
    ...changes,
  } as unknown as TopologyDescription)
}

for (const [what, topology] of Object.entries(VARIANTS)) {
  const stacks = synthesise(topology)
  const { losses } = runbookOf(stacks)

  for (const [lost, { survivors, steps }] of Object.entries(losses)) {
    test(`with ${what}, no step after the loss of ${lost} needs it, or a control plane that is lost with it`, () => {
      for (const step of steps) {
        assert.ok(step.where === 'global' || survivors.includes(step.where), step.what)
        for (const { service, operation, plane, region } of step.uses) {
          const where = `${step.what}: ${service} ${operation}`
          assert.notEqual(region, lost, where)
          if (plane === 'control') {
            assert.ok(survivors.includes(region), where)
            assert.equal(CONTROLLED_FROM[service], undefined, where)
          }
        }
        assertCommandIsCall(step)
        assert.doesNotMatch(step.by ?? '', /terraform|tofu|cdktf/)
      }
    })

    test(`with ${what}, callers leave ${lost} by checks that ask nothing of another region`, () => {
      const gslb = stacks.get('payments-gslb')
      const checks = resources(gslb, 'aws_route53_health_check')
      for (const [region, record] of recordsByRegion(gslb)) {
        const own = asked(checks, nameIn(record.health_check_id, 'aws_route53_health_check'))
        assert.ok(own.length > 0, region)
        for (const check of own) {
          // Whatever it is about: a region's gateways, its control, or a file that is in none of the regions.
          assert.ok(['HTTP', 'HTTPS', 'RECOVERY_CONTROL'].includes(`${check.type}`), `${check.type}`)
          const others = Object.keys(losses).filter((other) => other !== region)
          for (const other of others) assert.ok(!JSON.stringify(check).includes(other), `${region} asks ${other}`)
        }
      }
    })

    test(`with ${what}, a survivor of ${lost} can be planned, and starts and grows tasks, by itself`, () => {
      for (const survivor of survivors) {
        for (const { name, document, reads } of relateStacks(deployable(stacks))) {
          if (!name.startsWith(`payments-${survivor}-`)) continue
          for (const read of Object.values(reads)) assert.ok(!read.includes(lost), `${name} reads ${read}`)
          for (const task of Object.values(document.resource?.aws_ecs_task_definition ?? {}))
            assertOwn(task as Block, lost)
        }
      }
    })
  }
}

/** What a task has to fetch before it runs: its image, its secrets, and the keys and logs that go with them. */
function assertOwn(task: Block, lost: string): void {
  const containers = JSON.parse(`${task.container_definitions}`) as Block[]
  for (const { image, secrets, logConfiguration } of containers) {
    assert.ok(!JSON.stringify([image, secrets, logConfiguration]).includes(lost), JSON.stringify(secrets))
  }
}

/** A command says the same as the call that it stands for. */
function assertCommandIsCall({ by, uses, what }: RunbookStep): void {
  const [, service, command, region] = /^aws (\S+) (\S+) --region (\S+)/.exec(by ?? '') ?? []
  if (!service || !command) return
  const operation = command.replaceAll(/(^|-)(\w)/g, (_, _dash, letter: string) => letter.toUpperCase())
  assert.deepEqual(uses, [{ service, operation, plane: 'control', region }], what)
}

function runbookOf(stacks: ReadonlyMap<string, SynthesisedStack>): Runbook {
  const output = stacks.get('payments-gslb')?.output as { runbook: { value: string } } | undefined
  return JSON.parse(output?.runbook.value ?? assert.fail())
}

function recordsByRegion(gslb: SynthesisedStack | undefined): [string, Block][] {
  return Object.values(resources(gslb, 'aws_route53_record')).map((record) => [`${record.set_identifier}`, record])
}

/** A check, or those that it is calculated from. */
function asked(checks: Readonly<Record<string, Block>>, name: string): Block[] {
  const check = checks[name] ?? assert.fail(name)
  if (check.type !== 'CALCULATED') return [check]
  const children = check.child_healthchecks as readonly unknown[]
  return children.flatMap((child) => asked(checks, nameIn(child, 'aws_route53_health_check')))
}

function nameIn(reference: unknown, type: string): string {
  return new RegExp(`^\\$\\{${type}\\.([^.]+)\\.id\\}$`).exec(`${reference}`)?.[1] ?? assert.fail(`${reference}`)
}
