import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { readPriceFile } from '../../toolkit/cost/price-file.ts'
import { USAGE } from '../../toolkit/cost/usage.ts'
import { CommandLine } from '../toolkit/cli-process.ts'
import { cannotRunPages, runPage } from './page-runner.ts'

const page = readFileSync(new URL('../../docs/cost.md', import.meta.url), 'utf8')

function snippet(language: string): string {
  return new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(page)?.[1] ?? ''
}

describe('docs/cost.md', () => {
  it('shows commands that work, and lines that they print', { skip: cannotRunPages }, async (test) => {
    const commandLine = new CommandLine()
    test.after(() => commandLine.close())
    const [estimate = '', ofOwn = ''] = await runPage('cost.md', commandLine)
    for (const line of snippet('text').trimEnd().split('\n')) assert.ok(estimate.includes(line), line)
    assert.match(ofOwn, /0\.048 per hour, 2026-11-01, our bill/)
  })

  it('shows a price file that is read as the page says', async (test) => {
    const commandLine = new CommandLine()
    test.after(() => commandLine.close())
    const file = join(commandLine.directory, 'prices.yaml')
    writeFileSync(file, snippet('yaml'))
    const { prices, usage } = await readPriceFile(file)
    assert.equal(prices.likely('nat-gateway-hour', 'eu-west-1')?.price, 0.048)
    assert.equal(prices.likely('rds-instance-hour:db.m7g.large', 'us-east-1')?.price, 0.11)
    assert.deepEqual(usage, { ...USAGE, averageLoad: 0.3, responseKilobytes: 12, throughNat: 0.5 })
  })
})
