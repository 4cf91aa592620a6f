import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import { loadDrillText } from '../../toolkit/drill/compile/load-drill.ts'
import { FAULTS } from '../../toolkit/drill/faults/index.ts'
import { MARK_MEANINGS } from '../../toolkit/drill/measure/clock-marks.ts'
import { assembleReport } from '../../toolkit/drill/report/assemble-report.ts'
import { writeReport } from '../../toolkit/drill/report/report-folder.ts'
import { judge } from '../../toolkit/drill/verdict/judge.ts'
import { ANTIPODE, CommandLine } from '../toolkit/cli-process.ts'
import { recordedDrill } from '../toolkit/drill/recorded-drill.ts'

const checkout = fileURLToPath(new URL('../../', import.meta.url))
const page = readFileSync(join(checkout, 'docs/drill.md'), 'utf8')
const commandLine = new CommandLine()
const scratch = mkdtempSync(join(tmpdir(), 'antipode-docs-'))
after(async () => {
  rmSync(scratch, { recursive: true })
  await commandLine.close()
})

/** The first snippet that holds these words. */
function snippet(words: string): string {
  const all = [...page.matchAll(/^```\w+\n(.*?)^```$/gms)].map(([, body = '']) => body)
  return all.find((body) => body.includes(words)) ?? ''
}

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
  for (const name of ['lose-primary', 'partition', 'freeze', 'slow-link', 'active-active-lose-region']) {
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

describe('the pipelines shown', () => {
  const github = parse(snippet('name: drill\n'))
  const gitlab = parse(snippet('CI_PIPELINE_SOURCE'))
  const steps = github.jobs.drill.steps as { id?: string; run?: string }[]
  const scripts: Record<string, string> = {
    GitHub: steps.find(({ id }) => id === 'drill')!.run!,
    GitLab: gitlab.drill.script[1],
  }

  for (const [where, script] of Object.entries(scripts)) {
    it(`fails on ${where} where a promise is broken, and asks again where too little was seen`, () => {
      assert.deepEqual(played(script, 'exit 0'), { code: 0, runs: 1 })
      assert.deepEqual(played(script, 'exit 1'), { code: 1, runs: 1 })
      assert.deepEqual(played(script, 'exit 3'), { code: 3, runs: 3 })
      assert.deepEqual(played(script, 'test "$(wc -l < runs)" -eq 2 || exit 3'), { code: 0, runs: 2 })
    })

    it(`fails on ${where} before anything starts where an objective cannot be met`, () => {
      const file = join(scratch, 'impossible.yaml')
      const topology = join(checkout, 'stacks/examples/active-passive.ts')
      const expect = '[success >= 99.9% for 10s]'
      writeFileSync(
        file,
        `drill: a\nclaim: b\ntopology: ${topology}\nobjectives: { rto: 5s }\nfault: [{ lose: us-east-1 }]\nexpect: ${expect}\n`,
      )
      const real = script.replaceAll('npx antipode', `"${process.execPath}" "${ANTIPODE}"`)
      const env = { ...process.env, DRILL: file }
      const { status, stderr } = spawnSync('bash', ['-e', '-c', real], { cwd: scratch, env, encoding: 'utf8' })
      assert.equal(status, 2, stderr)
      assert.match(stderr, /cannot be promised/)
    })
  }

  it('shows the report of the run that counted, without the chart that a summary cannot show', () => {
    const script = steps.find(({ id }) => id === 'summary')!.run!
    const cwd = mkdtempSync(join(scratch, 'summary-'))
    const env = { ...process.env, GITHUB_STEP_SUMMARY: join(cwd, 'summary.md') }
    const run = () => spawnSync('bash', ['-e', '-c', script], { cwd, env }).status
    assert.equal(run(), 0, 'nothing was started')
    mkdirSync(join(cwd, 'drill-reports/one'), { recursive: true })
    writeFileSync(join(cwd, 'drill-reports/one/report.md'), '# PASS: a\n\n![Calls](chart.svg)\n\nfine\n')
    assert.equal(run(), 0)
    assert.equal(readFileSync(join(cwd, 'summary.md'), 'utf8'), '# PASS: a\n\n\nfine\n')
  })

  it('has no right to write, knows no secret, and lets nobody’s branch name become code', () => {
    assert.deepEqual(github.permissions, { contents: 'read' })
    assert.ok(!JSON.stringify(github).includes('secrets.') && !JSON.stringify(github).includes('github.token'))
    for (const { run = '' } of steps) assert.ok(!run.includes('${{'), run)
  })

  it('rehearses drills that are there', () => {
    const drills = [...github.jobs.drill.strategy.matrix.drill.map((name: string) => `drills/${name}.yaml`)]
    for (const file of [...drills, ...gitlab.drill.parallel.matrix[0].DRILL])
      assert.ok(existsSync(join(checkout, file)))
  })

  /** Runs a script in which each drill ends as `ending` says, which may look at how many there were. */
  function played(script: string, ending: string): { code: number | null; runs: number } {
    const cwd = mkdtempSync(join(scratch, 'pipeline-'))
    const drill = `drill_run() { echo "$*" >> runs; (${ending}); }\n`
    const { status } = spawnSync('bash', ['-e', '-c', drill + script.replaceAll('npx antipode', 'drill_run')], {
      cwd,
      env: { ...process.env, DRILL: 'drills/lose-primary.yaml' },
    })
    const runs = readFileSync(join(cwd, 'runs'), 'utf8').trim().split('\n')
    assert.equal(runs[0], 'drill drills/lose-primary.yaml --reports drill-reports')
    return { code: status, runs: runs.length }
  }
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
