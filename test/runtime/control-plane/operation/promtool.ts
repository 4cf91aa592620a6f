import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'

/** `promtool` of the Debian package `prometheus`, or of the path that ANTIPODE_PROMTOOL names. */
const PROMTOOL = process.env.ANTIPODE_PROMTOOL || 'promtool'

/** Why nothing can be checked with it, or false. */
export function withoutPromtool(): string | false {
  return spawnSync(PROMTOOL, ['--version']).error ? 'promtool (Debian package prometheus) is not installed' : false
}

/** Prometheus' own reading of a text, its advice on names included. */
export function checkWithPromtool(text: string): void {
  const { status, stdout, stderr } = spawnSync(PROMTOOL, ['check', 'metrics'], { input: text, encoding: 'utf8' })
  assert.equal(`${stdout}${stderr}`, '')
  assert.equal(status, 0)
}
