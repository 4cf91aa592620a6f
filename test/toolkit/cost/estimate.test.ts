import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { topology } from '../../../stacks/examples/active-passive.ts'
import { type Estimate, estimate } from '../../../toolkit/cost/estimate.ts'
import { readPriceFile } from '../../../toolkit/cost/price-file.ts'
import { PRICES } from '../../../toolkit/cost/price-table.ts'
import { defineTopology, type Topology } from '../../../topology/index.ts'
import { synthesise } from '../../stacks/synthesise.ts'
import { CommandLine } from '../cli-process.ts'

const folder = mkdtempSync(join(tmpdir(), 'cost-'))
after(() => rmSync(folder, { recursive: true }))

function fileWith(text: string): string {
  const file = join(folder, `${Math.random().toString(36).slice(2)}.yaml`)
  writeFileSync(file, text)
  return file
}

async function estimated(described: Topology, file?: string): Promise<Estimate> {
  const { prices, usage } = await readPriceFile(file)
  return estimate(described, synthesise(described), usage, prices)
}

const item = ({ regions }: Estimate, region: string, name: string) =>
  regions
    .find((cost) => cost.region === region)
    ?.stacks.flatMap(({ lines }) => lines)
    .find((line) => line.item === name)

describe('an estimate', () => {
  it('adds up: lines to stacks, stacks to regions, regions to the total', async () => {
    const { regions, total } = await estimated(topology)
    const cents = (amounts: readonly number[]) => Math.round(100 * amounts.reduce((sum, amount) => sum + amount, 0))
    for (const { stacks, usual } of regions) {
      assert.equal(cents(stacks.map((stack) => stack.usual)), Math.round(100 * usual))
      for (const { lines, usual: of } of stacks)
        assert.equal(cents(lines.map((line) => line.usual)), Math.round(100 * of))
    }
    assert.equal(cents(regions.map(({ usual }) => usual)), Math.round(100 * total))
  })

  it('follows the topology: a larger standby costs more while idle, and nothing more once it has grown', async () => {
    const description = JSON.parse(JSON.stringify(topology))
    description.regions['us-west-2'].dataPlane.instances = 6
    const before = await estimated(topology)
    const larger = await estimated(defineTopology(description))
    const standby = ({ regions }: Estimate) => regions.find(({ role }) => role === 'standby')
    assert.ok(standby(larger)!.usual > standby(before)!.usual)
    assert.equal(standby(larger)!.failedOver, standby(before)!.failedOver)
  })

  it('counts no callers on a standby until it fails over', async () => {
    const line = item(await estimated(topology), 'us-west-2', 'internet-gigabyte')
    assert.equal(line?.usual, 0)
    assert.ok(line!.failedOver > 0)
  })

  it('takes classes without a price as multiples of smaller ones', async () => {
    const description = JSON.parse(JSON.stringify(topology))
    const small = item(await estimated(topology), 'us-east-1', 'rds-instance-hour:db.m7g.large')
    const resized = synthesise(defineTopology(description))
    for (const stack of resized.values()) {
      for (const instance of Object.values(stack.resource.aws_db_instance ?? {}))
        instance.instance_class = 'db.m7g.2xlarge'
    }
    const { prices, usage } = await readPriceFile(undefined)
    const large = item(estimate(topology, resized, usage, prices), 'us-east-1', 'rds-instance-hour:db.m7g.large')
    assert.equal(large?.usual, small!.usual * 4)
  })

  it('says what it does not know instead of counting it as nothing', async () => {
    const documents = new Map([
      [
        'payments-us-east-1-data',
        { provider: { aws: [{ region: 'us-east-1' }] }, resource: { aws_new_thing: { a: {}, b: {} } } },
      ],
    ])
    const { prices, usage } = await readPriceFile(undefined)
    assert.ok(estimate(topology, documents, usage, prices).notes.includes('no rule for aws_new_thing (2): not counted'))
  })
})

describe('the price table', () => {
  it('says of every price where and when it was read', () => {
    for (const { item, price, date, source } of PRICES) {
      assert.ok(price > 0, item)
      assert.match(date, /^20\d\d(-\d\d(-\d\d)?)?$/, item)
      assert.match(source, /^https:\/\//, item)
    }
  })

  it('has one price for an item and a region', () => {
    const keys = PRICES.map(({ item, region }) => `${item} ${region}`)
    assert.deepEqual(keys.length, new Set(keys).size)
  })
})

describe('a price file', () => {
  it('goes before the table, for its region only', async () => {
    const file = fileWith(
      'prices: [{item: nat-gateway-hour, region: us-west-2, price: 1, unit: hour, date: 2026-11-01, source: a bill}]',
    )
    const changed = await estimated(topology, file)
    assert.equal(item(changed, 'us-west-2', 'nat-gateway-hour')?.usual, 2_190)
    assert.equal(item(changed, 'us-east-1', 'nat-gateway-hour')?.usual, 98.55)
  })

  it('changes what is assumed about usage', async () => {
    const { prices, usage } = await readPriceFile(fileWith('usage: {averageLoad: 0.5}'))
    assert.deepEqual([usage.averageLoad, usage.responseKilobytes, prices.currency], [0.5, 4, 'USD'])
  })

  it('is refused with every mistake in it', async () => {
    const file = fileWith('prices: [{item: nat-hour, price: -1, unit: hour, date: today}]\nusage: {load: 1}\nfoo: 1')
    await assert.rejects(readPriceFile(file), (error: Error) => {
      for (const part of [
        'foo is unknown',
        "prices.0.price is a number of 0 or more, not '-1'",
        'prices.0.source is missing',
        "prices.0.item 'nat-hour' is none of the table's",
        'usage.load is unknown',
      ]) {
        assert.ok(error.message.includes(part), `${part} in ${error.message}`)
      }
      return true
    })
  })

  it('does not add up two currencies', async () => {
    await assert.rejects(readPriceFile(fileWith('currency: EUR')), /in EUR every item needs a price; missing: fargate/)
  })
})

describe('antipode cost', () => {
  const example = new URL('../../../stacks/examples/active-active.ts', import.meta.url).pathname

  it('prints one JSON object with every region, price and assumption', async (test) => {
    const commandLine = new CommandLine()
    test.after(() => commandLine.close())
    const { code, stdout, stderr } = await commandLine.start('cost', example, '--json').ended
    assert.equal(code, 0, stderr)
    const result = JSON.parse(stdout)
    assert.deepEqual(
      result.regions.map(({ region }: { region: string }) => region),
      ['us-east-1', 'eu-west-1', 'global'],
    )
    assert.ok(result.total > 0 && result.prices.length > 0 && result.usage.averageLoad === 0.1)
  })

  it('ends with 2 for a price file that is wrong', async (test) => {
    const commandLine = new CommandLine()
    test.after(() => commandLine.close())
    const { code, stderr } = await commandLine.start('cost', example, '--prices', fileWith('prices: 1')).ended
    assert.deepEqual([code, /prices is a list/.test(stderr)], [2, true])
  })
})
