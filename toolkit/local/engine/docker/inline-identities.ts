import { readFileSync } from 'node:fs'
import type { BaseConfig } from '../../plan/port-plan.ts'

/** A section of a `config.yaml` whose values may be paths of PEM files. */
type Pems = Readonly<Record<string, string>>

/**
 * Puts certificates and keys into a configuration in place of their paths, as a container is given them that has no
 * files. They are read anew for each start.
 */
export function inlineIdentities(config: BaseConfig): BaseConfig {
  const { deployment, antipode } = config as { deployment: { certs: Pems }; antipode: { authority?: Pems } }
  return {
    ...config,
    deployment: { ...deployment, certs: contentOf(deployment.certs) },
    antipode: { ...antipode, ...(antipode.authority && { authority: contentOf(antipode.authority) }) },
  }
}

function contentOf(files: Pems): Pems {
  return Object.fromEntries(Object.entries(files).map(([name, path]) => [name, readFileSync(path, 'utf8')]))
}
