import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import fc from 'fast-check'
import { loadAdcFiles, MANAGED_BY_ADC, withLabels } from '../../../runtime/model/adc/index.ts'
import { api7ee } from '../../../toolkit/declarative/api7ee/index.ts'
import { apisix } from '../../../toolkit/declarative/apisix/index.ts'
import { carryOut } from '../../../toolkit/declarative/carry-out.ts'
import { compare } from '../../../toolkit/declarative/compare/compare.ts'
import { ControlPlaneClient } from '../../../toolkit/declarative/connection/control-plane-client.ts'
import { CommandLine } from '../cli-process.ts'
import { adcFiles } from './adc-files.ts'

const RUNS = 12

describe('a second diff after a sync', () => {
  let commandLine: CommandLine
  let client: ControlPlaneClient
  before(async () => {
    commandLine = new CommandLine()
    const { regions } = await commandLine.start('up', '--json', '--config', commandLine.freePorts()).ready()
    client = new ControlPlaneClient({ server: regions[0].admin, timeout: 120_000 })
  })
  after(async () => {
    await client.close()
    await commandLine.close()
  })

  for (const backend of [apisix, api7ee]) {
    it(`is empty, whatever the file and whatever was there before (${backend.name})`, async () => {
      const signal = new AbortController().signal
      await fc.assert(
        fc.asyncProperty(adcFiles(), async (file) => {
          const local = withLabels(
            loadAdcFiles([{ name: 'made.json', text: JSON.stringify(file) }], { env: {} }),
            MANAGED_BY_ADC,
          )
          const opened = await backend.open(client, { gatewayGroup: 'default', labelSelector: {} })
          const differences = async () => compare(local, await opened.fetch(() => {}), opened.withDefaults(local))
          const { failed, left } = await carryOut(client, opened, await differences(), 10, signal)
          assert.deepEqual(
            failed.map(({ change, error }) => `${change.type} ${change.name}: ${error.message}`),
            [],
          )
          assert.deepEqual(left, [])
          assert.deepEqual(await differences(), [])
        }),
        { numRuns: RUNS, endOnFailure: true, includeErrorInReport: true },
      )
    })
  }
})
