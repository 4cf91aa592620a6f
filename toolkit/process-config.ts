import { readFile } from 'node:fs/promises'
import { AntipodeError } from '../runtime/model/errors.ts'
import { loadRuntimeConfig } from '../runtime/model/load-runtime-config.ts'
import type { RuntimeConfig } from '../runtime/model/runtime-config.ts'
import type { CommandContext } from './command.ts'

/** Holds the content of `config.yaml` where a process is given variables and no files, as on Fargate. */
const CONTENT = 'ANTIPODE_CONFIG_YAML'

/**
 * The configuration of one process of the runtime: the content of `ANTIPODE_CONFIG_YAML`, else the file.
 *
 * @throws AntipodeError USAGE without either, CONFIG_INVALID
 */
export async function readProcessConfig(file: string | undefined, context: CommandContext): Promise<RuntimeConfig> {
  const content = context.env[CONTENT]
  if (!content && !file) {
    const reason = `name a config.yaml with --config, or hand its content over in ${CONTENT}`
    throw new AntipodeError('USAGE', { reason })
  }
  const name = content ? CONTENT : String(file)
  const text = content || (await readText(name))
  const { config, warnings } = loadRuntimeConfig(text, name, context.env)
  for (const warning of warnings) context.progress(warning)
  return config
}

async function readText(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: Error) => {
    throw new AntipodeError('CONFIG_INVALID', { file, problems: cause.message }, { cause })
  })
}
