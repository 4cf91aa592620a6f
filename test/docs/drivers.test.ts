import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { planOnAws } from '../../toolkit/failover/aws/aws-procedure.ts'
import { readDeployed } from '../../toolkit/failover/aws/deployed.ts'
import { describePlan } from '../../toolkit/failover/aws/run-on-aws.ts'
import { RdsDriver } from '../../toolkit/failover/drivers/rds/rds-driver.ts'
import { OperatorClient } from '../../toolkit/failover/operator-client.ts'
import { answerStep, type TrafficSwitch } from '../../toolkit/failover/switches/traffic-switch.ts'

const root = new URL('../../', import.meta.url)
const page = readFileSync(new URL('docs/drivers.md', root), 'utf8')

test('docs/drivers.md shows the plan that a failover of the example prints', async () => {
  const example = fileURLToPath(new URL('stacks/examples/active-passive.ts', root))
  const synth = fileURLToPath(new URL('stacks/main.ts', root))
  const context = { cwd: '.', env: process.env, signal: new AbortController().signal }
  const deployed = await readDeployed({ topology: example }, context, synth)
  const regions = Object.keys(deployed.database.identifiers)
  const states = async () => regions.map((region) => ({ region, on: true, because: '' }))
  const trafficSwitch: TrafficSwitch = {
    ...{ kind: 'routing-control', states, close: () => {} },
    answerFrom: (wanted) => {
      const expected = `once it is taken: ${deployed.callers_move}`
      return answerStep({ known: regions, wanted, expected, states, change: async () => {} })
    },
  }
  const client = new OperatorClient({ certificate: '', key: '', ca: '' })
  const driver = new RdsDriver(deployed.database.identifiers)
  const plan = await planOnAws('failover', 'us-west-2', { deployed, driver, trafficSwitch, client })
  await client.close()
  assert.ok(page.includes(`\`\`\`\n${describePlan(plan, undefined)}\n\`\`\``), describePlan(plan, undefined))
})

test('docs/drivers.md names every action that drivers and switches ask for, and no other', () => {
  const folder = new URL('toolkit/failover/', root)
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))
  const source = files.map((file) => readFileSync(new URL(file, folder), 'utf8')).join('\n')
  const asked = new Set([...source.matchAll(/new (\w+)Command\(/g)].map(([, action]) => action))
  const named = new Set(
    [...page.matchAll(/`(?:rds|route53|route53-recovery-cluster|globalaccelerator):(\w+)`/g)].map(
      ([, action]) => action,
    ),
  )
  assert.deepEqual([...named].sort(), [...asked].sort())
})
