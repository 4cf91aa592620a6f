import assert from 'node:assert/strict'
import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { PLATFORM } from '../../../provider/distribution/install.ts'
import { skip, TerraformWorkspace } from '../terraform-workspace.ts'

const PACKAGE = fileURLToPath(new URL('../../..', import.meta.url))
const README = new URL('../../../provider/framework/README.md', import.meta.url)

test('the provider of the README keeps notes through the real Terraform', { skip }, async () => {
  const terraform = new TerraformWorkspace({})
  const inFolder = (...path: string[]) => join(terraform.folder, ...path)
  try {
    const [, program = ''] = /```ts\n(.*?)```/s.exec(readFileSync(README, 'utf8')) ?? []
    mkdirSync(inFolder('node_modules'))
    symlinkSync(PACKAGE, inFolder('node_modules', 'antipode'))
    terraform.write('{ "type": "module" }', 'package.json')
    terraform.write(program, 'notes.ts')
    const mirror = inFolder('.terraform.d', 'plugins', 'registry.terraform.io', 'example', 'notes', '1.0.0', PLATFORM)
    mkdirSync(mirror, { recursive: true })
    const start = join(mirror, 'terraform-provider-notes_v1.0.0')
    writeFileSync(start, `#!/bin/sh\nexec '${process.execPath}' '${inFolder('notes.ts')}'\n`)
    chmodSync(start, 0o755)

    const notes = inFolder('notes')
    mkdirSync(notes)
    const write = (folder: string, text: string) => {
      const required = 'terraform {\n required_providers {\n notes = { source = "example/notes" }\n }\n}'
      const provider = `provider "notes" {\n folder = ${JSON.stringify(folder)}\n}`
      terraform.write(`${required}\n${provider}\nresource "notes_note" "one" {\n name = "one"\n ${text}\n}\n`)
    }
    write(notes, 'text = "first"')
    await terraform.succeed('init', '-no-color')
    await terraform.apply()
    assert.equal(readFileSync(join(notes, 'one'), 'utf8'), 'first')
    assert.equal((await terraform.run('plan', '-detailed-exitcode')).code, 0)
    write(notes, '')
    assert.deepEqual(await terraform.changes(), { 'notes_note.one': 'update' })
    write('relative', '')
    const { code, stderr } = await terraform.run('plan', '-no-color')
    assert.equal(code, 1)
    assert.match(stderr, /The folder is relative/)
    write(notes, '')
    await terraform.succeed('destroy', '-auto-approve')
    assert.equal(existsSync(join(notes, 'one')), false)
  } finally {
    await terraform.close()
  }
})
