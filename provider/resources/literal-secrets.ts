import type { Problem } from '../framework/problem.ts'
import { Dynamic, isList, isObject, type Value, type ValueObject } from '../framework/values.ts'

/** Fields of plugins that hold secrets, by how they are called. */
const SECRET = /(^|_)(password|passwd|secret|secret_key|private_key|api_key|access_key|client_secret|auth_token)$/
/** Plugins in which a field called `key` is one. */
const WITH_KEY: ReadonlySet<string> = new Set(['key-auth', 'jwt-auth', 'csrf', 'jwe-decrypt'])
/** What the data plane fetches from a secret manager, or from its environment. */
const REFERENCE = /^\$(secret|env):\/\//i

/**
 * Warns of secrets that are written out in `plugins`: what plugins are configured with is in the state, and in plans.
 */
export function literalSecrets({ plugins = null }: ValueObject): Problem[] {
  const held = plugins instanceof Dynamic ? plugins.value : plugins
  if (!isObject(held)) return []
  return Object.entries(held).flatMap(([plugin, configuration]) => {
    const fields = fieldsWithSecrets(configuration, WITH_KEY.has(plugin))
    return fields.map((field): Problem => {
      const detail = `It will stand in the state and in plans. Refer to it by $secret://… or $env://… instead, or give it to a consumer as a credential, whose config_wo is kept nowhere.`
      return {
        severity: 'warning',
        summary: `${plugin}.${field} is a secret that is written out`,
        detail,
        path: ['plugins'],
      }
    })
  })
}

function fieldsWithSecrets(value: Value, withKey: boolean): string[] {
  if (isList(value)) return value.flatMap((item) => fieldsWithSecrets(item, withKey))
  if (value instanceof Dynamic) return fieldsWithSecrets(value.value, withKey)
  if (!isObject(value)) return []
  return Object.entries(value).flatMap(([name, item]) => {
    if (typeof item !== 'string') return fieldsWithSecrets(item, withKey)
    const isSecret = SECRET.test(name) || (withKey && name === 'key')
    return isSecret && item !== '' && !REFERENCE.test(item) ? [name] : []
  })
}
