import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { loadDrillText } from '../../toolkit/drill/compile/load-drill.ts'
import { FAULTS } from '../../toolkit/drill/faults/index.ts'
import { MARK_MEANINGS } from '../../toolkit/drill/measure/clock-marks.ts'
import { assembleReport } from '../../toolkit/drill/report/assemble-report.ts'
import { writeReport } from '../../toolkit/drill/report/report-folder.ts'
import { judge } from '../../toolkit/drill/verdict/judge.ts'
import { CommandLine } from '../toolkit/cli-process.ts'
import { recordedDrill } from '../toolkit/drill/recorded-drill.ts'

const checkout = fileURLToPath(new URL('../../', import.meta.url))
const page = readFileSync(join(checkout, 'docs/drill.md'), 'utf8')
const commandLine = new CommandLine()
const scratch = mkdtempSync(join(tmpdir(), 'antipode-docs-'))
after(async () => {
  rmSync(scratch, { recursive: true })
  await commandLine.close()
})

test('the prediction shown is the one that is printed', async () => {
  const shown = /drill predict drills\/lose-primary\.yaml\n```\n```\n(.*?)```/s.exec(page)?.[1]
  const { stdout, code } = await commandLine.run('drill', 'predict', join(checkout, 'drills/lose-primary.yaml'))
  assert.equal(code, 0)
  assert.ok(stdout.startsWith(shown!.trimEnd()), stdout)
})

test('the drill shown compiles', async () => {
  const yaml = /```yaml\n(.*?)```/s.exec(page)![1]!
  const { drill } = await loadDrillText(yaml, join(checkout, 'drills/stall.yaml'))
  assert.equal(drill.spec.name, 'stall-us-east-1')
})

test('every drill that is shipped compiles', async () => {
  for (const name of ['lose-primary', 'partition', 'freeze', 'slow-link']) {
    const { code, stderr } = await commandLine.run('drill', 'predict', join(checkout, `drills/${name}.yaml`))
    assert.equal(code, 0, stderr)
  }
})

test('a wrong drill exits 2 with every problem and its line, and starts nothing', async () => {
  const file = join(scratch, 'wrong.yaml')
  writeFileSync(
    file,
    `drill: wrong\ntopology: ${join(checkout, 'stacks/examples/active-passive.ts')}\nfault: [{ lose: mars }]\n`,
  )
  const { code, stderr, stdout } = await commandLine.run('drill', file)
  assert.equal(code, 2)
  assert.equal(stdout, '')
  assert.match(stderr, /drill wrong\.yaml: 3 problems/)
  assert.match(stderr, /line 3 +fault\[0\]\.lose +"mars": is no region of the topology; it has us-east-1, us-west-2/)
  assert.deepEqual(commandLine.leftovers(), [])
})

test('a report is shown again with the exit code of its verdict', async () => {
  const evidence = recordedDrill({ failures: ['failed back: nobody answered'] })
  const environment = { commit: null, versions: {}, machine: 'a machine', command: 'antipode drill' }
  const context = { started: '2026-11-21T10:02:11.000Z', took: 90, journal: [], environment, earlier: [] }
  await writeReport(scratch, assembleReport(evidence, judge(evidence), context), ['html'])
  const { code, stdout } = await commandLine.run('drill', 'report', scratch)
  assert.equal(code, 1)
  assert.match(stdout, /FAIL {3}report: /)
})

test('every fault and every mark is on the page', () => {
  for (const name of Object.keys(FAULTS)) assert.match(page, new RegExp(`^\\| \`${name}: `, 'm'))
  for (const mark of Object.keys(MARK_MEANINGS).filter((name) => name !== 'struck')) {
    assert.match(page, new RegExp(`^\\| ${mark} \\|`, 'm'))
  }
})

test('a fault by hand without a running topology says so, and exits 1', async () => {
  const { code, stderr } = await commandLine.run('fault', 'slow', 'us-east-1', 'us-west-2', '40ms')
  assert.equal(code, 1)
  assert.match(stderr, /no running `antipode up` found/)
})
