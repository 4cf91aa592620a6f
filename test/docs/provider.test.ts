import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { skip } from '../provider/terraform-workspace.ts'
import { CommandLine } from '../toolkit/cli-process.ts'
import { cannotRunPages, runPage } from './page-runner.ts'

describe('docs/provider.md', () => {
  const before_ = { HOME: process.env.HOME, TF_CLI_CONFIG_FILE: process.env.TF_CLI_CONFIG_FILE }
  let commandLine: CommandLine

  before(() => {
    commandLine = new CommandLine()
    // A reader's home, with nothing of Terraform in it yet.
    process.env.HOME = commandLine.directory
    delete process.env.TF_CLI_CONFIG_FILE
    process.env.CHECKPOINT_DISABLE = '1'
  })
  after(async () => {
    for (const [name, value] of Object.entries(before_)) if (value !== undefined) process.env[name] = value
    await commandLine.close()
  })

  it('goes from terraform init to a served route', { skip: cannotRunPages || skip }, async () => {
    const said = await runPage('provider.md', commandLine)
    assert.match(said.join('\n'), /hello\n/)
    assert.match(said.join('\n').replaceAll(/\s+/g, ' '), /would refuse this route .*http_status = "many"/)
  })
})
