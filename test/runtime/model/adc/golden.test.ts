import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { stringify } from 'yaml'
import { loadAdcFiles } from '../../../../runtime/model/adc/index.ts'
import { AntipodeError } from '../../../../runtime/model/errors.ts'

const FOLDER = new URL('../../../golden/declarative/', import.meta.url)
const ENV = { PORT: '8443', HOST: 'orders.internal', EMPTY: '' }

/** A case: one or more files, each after a line `# file <name>`, then a line `----------`, then what comes of them. */
describe('ADC files', () => {
  for (const name of readdirSync(FOLDER)) {
    it(name.replace(/\.txt$/, '').replaceAll('-', ' '), () => {
      const [input = '', expected = ''] = readFileSync(new URL(name, FOLDER), 'utf8').split(/^-{10,}\n/m)
      const sources = input.split(/^# file /m).flatMap((part) => {
        const [file = '', ...lines] = part.split('\n')
        return file ? [{ name: file, text: lines.join('\n') }] : []
      })
      assert.ok(sources.length > 0, 'a case names its files')
      const said = outcome(sources)
      if (process.env.UPDATE_GOLDEN) writeFileSync(new URL(name, FOLDER), `${input}----------\n${said}\n`)
      else assert.equal(said.trim(), expected.trim())
    })
  }
})

function outcome(sources: { name: string; text: string }[]): string {
  try {
    return loadAdcFiles(sources, { env: ENV })
      .map(({ type, id, name, parentId, value }) => {
        const head = `${type} ${JSON.stringify(name)} ${id}${parentId ? ` in ${parentId}` : ''}`
        return `${head}\n${stringify(value).replaceAll(/^/gm, '  ').trimEnd()}`
      })
      .join('\n')
  } catch (error) {
    if (error instanceof AntipodeError) return error.message
    throw error
  }
}
