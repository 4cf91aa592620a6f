import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { parseAllDocuments } from 'yaml'
import { loadRuntimeConfig } from '../../../runtime/model/load-runtime-config.ts'
import type { Connection } from '../../../toolkit/connect/connection.ts'
import { dataPlaneFolder } from '../../../toolkit/connect/data-plane-folder.ts'
import { PLATFORMS, type PlatformName } from '../../../toolkit/connect/platforms/index.ts'

const entry = (region: string, lineage: string) => ({ region, lineage, url: `https://${region}.example:7943` })
const common = {
  ...{ expires: '2027-02-01T00:00:00.000Z', region: 'west', group: 'default', anchors: 'the authorities\n' },
  regions: [entry('east', 'one'), entry('west', 'one'), entry('south', 'two')],
  directory: 'a.directory.signed',
}
const connections: Readonly<Record<string, Connection>> = {
  certificate: { ...common, credential: 'certificate/ab12', certificate: 'a certificate\n', key: 'its key\n' },
  token: { ...common, credential: 'token/0b6e6f2e', token: 'a.token.signed' },
}
const options = { name: 'antipode-data-plane', folder: '/srv/edge', image: 'antipode:1', controlPlanes: [] }

describe('what a data plane is given', () => {
  for (const name of Object.keys(PLATFORMS) as PlatformName[]) {
    for (const [form, connection] of Object.entries(connections)) {
      const golden = fileURLToPath(new URL(`../../golden/connect/${name}-${form}.txt`, import.meta.url))

      it(`${name}, with a ${form}, is as in ${name}-${form}.txt`, () => {
        const { files, commands } = dataPlaneFolder(connection, PLATFORMS[name], options)
        const parts = files.map((file) => `--- ${file.name}\n${file.content}`)
        const text = `${commands.map((command) => `$ ${command}\n`).join('')}${parts.join('')}`
        if (process.env.UPDATE_GOLDEN) writeFileSync(golden, text)
        assert.equal(text, readFileSync(golden, 'utf8'))
      })
    }

    it(`${name} gets a configuration that the runtime takes, and YAML that is YAML`, () => {
      for (const connection of Object.values(connections)) {
        const { files } = dataPlaneFolder(connection, PLATFORMS[name], options)
        const content = files.find((file) => file.name === 'config.yaml')!.content
        const { config, warnings } = loadRuntimeConfig(content, 'config.yaml', {})
        assert.deepEqual(warnings, [])
        assert.equal(config.region, 'west')
        const expected = connection.token ? [] : ['https://west.example:7943', 'https://east.example:7943']
        assert.deepEqual(config.dataPlane.controlPlanes, expected)
        for (const file of files.filter((one) => one.name.endsWith('.yaml') && !one.content.includes('{{'))) {
          for (const document of parseAllDocuments(file.content)) assert.deepEqual(document.errors, [], file.name)
        }
      }
    })
  }

  it('names other addresses where it is told to, and says so where nobody knows one', () => {
    const { certificate } = connections as { certificate: Connection }
    const named = dataPlaneFolder(certificate, PLATFORMS.linux, { ...options, controlPlanes: ['https://x.example'] })
    assert.match(named.files[0]!.content, /- https:\/\/x\.example\n/)
    const nowhere = { ...certificate, regions: [] }
    assert.throws(() => dataPlaneFolder(nowhere, PLATFORMS.linux, options), /name it with --control-plane/)
    const elsewhere = { ...certificate, region: 'north' }
    assert.throws(() => dataPlaneFolder(elsewhere, PLATFORMS.linux, options), /north is not one of east, west, south/)
  })
})
