import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import type { Provider } from '../framework/provider.ts'
import { antipodeProvider } from '../provider.ts'
import { bindingsOf, type GeneratedFile } from './bindings.ts'

const BIOME = createRequire(import.meta.url).resolve('@biomejs/biome/bin/biome')

/** The constructs of this provider, as they are checked in. */
export function formattedBindings(): GeneratedFile[] {
  return bindingsOf('antipode', antipodeProvider as Provider<never>).map(({ name, text }) => {
    const args = [BIOME, 'check', '--write', `--stdin-file-path=constructs/gateway/${name}`]
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { input: text, encoding: 'utf8' })
    if (status !== 0) throw new Error(`${name}: ${stderr}`)
    return { name, text: stdout }
  })
}
