import { Ajv, type ErrorObject } from 'ajv'
import { parseDocument } from 'yaml'
import { replaceVariables } from './environment-variables.ts'
import { AntipodeError } from './errors.ts'
import { nearestTo } from './nearest-word.ts'
import { oidcProblems } from './oidc-settings.ts'
import type { RuntimeConfig } from './runtime-config.ts'
import { withDefaults } from './runtime-config-defaults.ts'
import { KEYS_WITHOUT_MEANING, RuntimeConfigFile } from './runtime-config-schema.ts'

const validate = new Ajv({ allErrors: true, strict: false, verbose: true }).compile(RuntimeConfigFile)

/**
 * Reads the `config.yaml` of a process.
 *
 * @param text the file's content; `${{VAR}}` and `${{VAR:=default}}` in its values are replaced from `env`
 * @param file its name, for messages
 * @returns the configuration, and one warning per key of APISIX that changes nothing here
 * @throws AntipodeError CONFIG_INVALID with every problem and its path
 */
export function loadRuntimeConfig(
  text: string,
  file: string,
  env: Readonly<Record<string, string | undefined>>,
): { config: RuntimeConfig; warnings: string[] } {
  const problems: string[] = []
  const warnings: string[] = []
  const document = parseDocument(text)
  for (const error of document.errors) problems.push(error.message.split('\n')[0] ?? error.message)
  if (problems.length > 0) throw new AntipodeError('CONFIG_INVALID', { file, problems: problems.join('; ') })

  const raw = replaceVariables(document.toJS() ?? {}, env, problems)
  const known = keepKnown(raw, RuntimeConfigFile as unknown as SchemaNode, '', { file, problems, warnings })
  if (!validate(known)) problems.push(...describe(validate.errors ?? []))
  else problems.push(...oidcProblems((known as RuntimeConfigFile).antipode?.identity?.oidc ?? []))
  const config = problems.length === 0 ? withDefaults(known as RuntimeConfigFile) : undefined
  if (config) problems.push(...missing(config))
  if (!config || problems.length > 0) throw new AntipodeError('CONFIG_INVALID', { file, problems: problems.join('; ') })
  return { config, warnings }
}

interface SchemaNode {
  readonly properties?: Readonly<Record<string, SchemaNode>>
}

/** A copy without empty and meaningless keys; unknown keys become problems that name the nearest known one. */
function keepKnown(
  value: unknown,
  schema: SchemaNode,
  path: string,
  found: { file: string; problems: string[]; warnings: string[] },
): unknown {
  if (!schema.properties || value === null || typeof value !== 'object' || Array.isArray(value)) return value
  const kept: Record<string, unknown> = {}
  for (const [key, item] of Object.entries(value)) {
    const at = path === '' ? key : `${path}.${key}`
    const property = Object.hasOwn(schema.properties, key) ? schema.properties[key] : undefined
    if (property) {
      if (item !== null) kept[key] = keepKnown(item, property, at, found)
    } else if (KEYS_WITHOUT_MEANING.has(at)) {
      found.warnings.push(`${found.file}: ${at} is a key of APISIX that has no effect here`)
    } else {
      const siblings = [...KEYS_WITHOUT_MEANING].flatMap((known) => childOf(known, path))
      const nearest = nearestTo(key, [...Object.keys(schema.properties), ...siblings])
      found.problems.push(`${at} is unknown; the nearest known key is ${path === '' ? '' : `${path}.`}${nearest}`)
    }
  }
  return kept
}

function childOf(known: string, path: string): string[] {
  const prefix = path === '' ? '' : `${path}.`
  const rest = known.startsWith(prefix) ? known.slice(prefix.length) : ''
  return rest === '' || rest.includes('.') ? [] : [rest]
}

function describe(errors: readonly ErrorObject[]): string[] {
  const byPath = new Map<string, ErrorObject[]>()
  for (const error of errors) {
    const path = error.instancePath.slice(1).replaceAll('/', '.') || 'the file'
    byPath.set(path, [...(byPath.get(path) ?? []), error])
  }
  return [...byPath].map(([path, [first, ...others]]) => {
    const texts = [first, ...others].flatMap((error) => (error?.message ? [withChoices(error)] : []))
    const received = first?.keyword === 'required' ? '' : `, not ${JSON.stringify(first?.data)}`
    return `${path} ${[...new Set(texts)].join(' or ')}${received}`
  })
}

function withChoices(error: ErrorObject): string {
  return error.keyword === 'enum' ? `must be one of ${error.params.allowedValues.join(', ')}` : String(error.message)
}

/** What a role cannot run without. */
function missing(config: RuntimeConfig): string[] {
  const { token, directory, controlPlanes } = config.dataPlane
  const needed: [string, unknown][] = [['deployment.certs.trusted_ca_cert', config.certs.ca]]
  if (config.role !== 'data_plane' || token === null) {
    needed.unshift(['deployment.certs.cert', config.certs.cert], ['deployment.certs.cert_key', config.certs.key])
  }
  if (config.role === 'data_plane') {
    needed.push(['deployment.role_data_plane.control_plane.host', controlPlanes[0] ?? directory])
  } else {
    needed.push(['antipode.database', config.controlPlane.database])
    needed.push(['antipode.authority', config.controlPlane.authority])
  }
  const problems = needed.flatMap(([path, value]) => (value ? [] : [`${path} is required for a ${config.role}`]))
  const { commit, peer, admin, identity, fleet } = config.controlPlane
  if (!(fleet.lostAfter < fleet.offlineAfter && fleet.offlineAfter < fleet.removedAfter)) {
    problems.push('antipode.fleet needs lost_after below offline_after, and that below removed_after')
  }
  if (commit === 'confirmed' && !peer && config.role === 'control_plane') {
    problems.push("antipode.commit 'confirmed' needs antipode.peer, which confirms; name it, or set commit to local")
  }
  const { automaticFailover, peer: other } = config.controlPlane
  if (automaticFailover && (commit !== 'confirmed' || !other)) {
    problems.push("antipode.automatic_failover needs antipode.peer, and antipode.commit 'confirmed'")
  }
  if (automaticFailover?.solo && !automaticFailover.witness) {
    problems.push('antipode.automatic_failover.solo needs a witness, which only one of the two regions can win')
  }
  const nobody = admin.keyRequired && admin.keys.length === 0 && identity.bootstrap === null
  if (config.role === 'control_plane' && nobody) {
    problems.push(
      'deployment.admin.admin_key is empty though admin_key_required is on; name a key, or turn it off, or set antipode.identity.bootstrap',
    )
  }
  if (config.role === 'control_plane' && config.fallback?.url.startsWith('http')) {
    problems.push(
      `antipode.fallback.url of a control plane, which writes, is s3://bucket/prefix, not ${config.fallback.url}`,
    )
  }
  const sinks = config.controlPlane.reports.sinks.map(({ name }) => name)
  const twice = sinks.find((name, place) => sinks.indexOf(name) !== place)
  if (twice !== undefined) problems.push(`antipode.reports.sinks names ${twice} twice; give each a name of its own`)
  return problems
}
