import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { configure } from '../../provider/configuration.ts'
import { Refused } from '../../provider/framework/problem.ts'
import { SwitchoverCommand } from '../../provider/switchover-command.ts'

/** A program that does what a line of JavaScript says. */
const program = (script: string) => new SwitchoverCommand([process.execPath, '-e', script, '--'])
const refusal = (attribute: string, detail: RegExp) => (error: Error) => {
  assert.ok(error instanceof Refused)
  const [problem] = error.problems
  assert.deepEqual(problem?.path, [attribute])
  assert.match(problem.detail, detail)
  return true
}

describe('the command that moves the right to write', () => {
  it('is asked for a plan once, however many regions change', async () => {
    const command = program(`
      const plan = { steps: process.argv.slice(1), expected: String(process.pid) }
      console.log(JSON.stringify({ plan }))`)
    const [first, second] = await Promise.all([command.plan('west'), command.plan('west')])
    assert.match(first, /^It would --to, west, --json\. Expected: \d+\.$/)
    assert.equal(first, second)
  })

  it('runs one at a time, and only where it is still to be done', async () => {
    const command = program(`process.exit(process.argv.at(-1) === '--yes' ? 0 : 1)`)
    let moved = 0
    const isDone = async () => moved++ > 0
    await Promise.all([command.moveTo('west', isDone), command.moveTo('west', isDone)])
    assert.equal(moved, 2)
  })

  it('says why it fails, and stands in nobody’s way then', async () => {
    const command = program(`console.error('rows would be lost'); process.exit(3)`)
    await assert.rejects(command.plan('west'), refusal('role', /ended with exit code 3\. rows would be lost$/))
    const moves = [1, 2].map(() => command.moveTo('west', async () => false))
    for (const move of moves) await assert.rejects(move, refusal('role', /rows would be lost$/))
  })

  it('is named where it cannot be run, or prints something else', async () => {
    const missing = new SwitchoverCommand(['/nowhere/antipode'])
    await assert.rejects(missing.plan('west'), refusal('role', /^\/nowhere\/antipode could not be run \(ENOENT\)\.$/))
    await assert.rejects(
      program(`console.log('hello')`).plan('west'),
      refusal('role', /printed "hello\\n", which is no plan/),
    )
    await assert.rejects(
      program(`console.log('{}')`).plan('west'),
      refusal('role', /printed "\{\}\\n", which is no plan/),
    )
  })

  it('has to name a program', async () => {
    for (const switchover_command of [[], ['']]) {
      const config = { endpoints: ['http://127.0.0.1:1'], switchover_command }
      await assert.rejects(configure(config, {}), refusal('switchover_command', /write a program and its arguments/))
    }
  })
})
