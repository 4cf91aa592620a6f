import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { formattedBindings } from './formatted-bindings.ts'

// Writes the CDKTF constructs of the provider anew.
const folder = fileURLToPath(new URL('../../constructs/gateway', import.meta.url))
const files = formattedBindings()
for (const { name, text } of files) writeFileSync(join(folder, name), text)
process.stdout.write(`${files.length} files written\n`)
