import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { ControlPlaneMetrics } from '../../runtime/control-plane/operation/control-plane-metrics.ts'
import { WRITE_OUTCOMES } from '../../runtime/control-plane/operation/metered-store.ts'
import { MemoryStore } from '../contract/configuration-store/memory-store.ts'
import { CommandLine } from '../toolkit/cli-process.ts'
import { cannotRunPages, runPage } from './page-runner.ts'

const page = readFileSync(new URL('../../docs/operate.md', import.meta.url), 'utf8')

describe('docs/operate.md', () => {
  it('shows commands that work, one after the other', { skip: cannotRunPages }, async (test) => {
    const commandLine = new CommandLine()
    test.after(() => commandLine.close())
    const output = (await runPage('operate.md', commandLine)).join('\n')
    assert.match(output, /monday\.backup holds \d+ rows of local at \(1,\d+\)/)
    assert.match(output, /restored \d+ rows of local at \(1,\d+\)/)
    assert.deepEqual(await commandLine.settled(), [])
  })

  it('names every metric that there is', () => {
    const metrics = new ControlPlaneMetrics({
      ...{ state: () => new MemoryStore().state(), unready: () => undefined, leads: () => true },
      ...{
        counts: () => ({ databaseConnections: 1, leaderships: 1 }),
        published: () => ({ version: undefined, at: 0 }),
      },
    })
    const names = [...metrics.expose().matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name!)
    metrics.close()
    const missing = names.filter((name) => !page.includes(`\`${name.replace(/.*_lag_(?=p99|max)/, '_')}\``))
    assert.deepEqual(missing, [])
    assert.deepEqual(
      WRITE_OUTCOMES.filter((outcome) => !page.includes(`\`${outcome}\``)),
      [],
    )
  })
})
