import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { parse, stringify } from 'yaml'
import { ANTIPODE } from '../cli-process.ts'
import { SmallRepository } from './small-repository.ts'

test('while a topology is edited, each save gives its verdict', async () => {
  const example = readFileSync(new URL('../../golden/review/active-passive.yaml', import.meta.url), 'utf8')
  const topology = parse(example)
  const repository = new SmallRepository()
  repository.write('cdktf.json', '{}')
  repository.write('edge/payments.yaml', example)
  repository.commit('main')
  const args = [ANTIPODE, 'review', 'edge/payments.yaml', '--base', 'main', '--watch', '--json']
  const child = spawn(process.execPath, args, { cwd: repository.folder, stdio: ['ignore', 'pipe', 'pipe'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const ready = new Promise<void>((resolve) => {
    createInterface({ input: child.stderr }).on('line', (line) => line.includes('Waiting for a file') && resolve())
  })
  /** Waits for a verdict: a file that is being written may be read half way, and is then read again. */
  const verdict = async (level: string, headline: RegExp) => {
    for (;;) {
      const { value, done } = await lines.next()
      assert.ok(!done, 'the command ended')
      const said = JSON.parse(value) as { verdict: string; headline: string }
      if (said.verdict === level && headline.test(said.headline)) return
    }
  }
  const save = (ttl: string) => {
    repository.write('edge/payments.yaml', stringify({ ...topology, gslb: { ...topology.gslb, ttl } }))
  }
  try {
    await verdict('fine', /nothing changes/)
    await ready
    save('15s')
    await verdict('approval', /RTO bound gets worse: 51 s → 56 s/)
    save('60s')
    await verdict('refused', /RTO bound 51 s → 101 s, against an objective of 60 s/)
  } finally {
    const ended = new Promise((resolve) => child.once('close', resolve))
    child.kill('SIGINT')
    await ended
    repository.remove()
  }
})
