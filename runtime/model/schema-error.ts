import type { ErrorObject } from 'ajv'

/**
 * The text APISIX's schema library (Lua `jsonschema`) gives for an error of Ajv, nested as it nests them:
 * `property "upstream" validation failed: property "nodes" validation failed: …`.
 *
 * @param error the last one Ajv reports: of a failed `anyOf` or `oneOf` the whole, not one of its branches
 */
export function schemaErrorText(error: ErrorObject): string {
  // The way through the schema is read beside the way through the value: only together do they tell the steps apart.
  const schemaSteps = error.schemaPath.replace(/^#\//, '').split('/').slice(0, -1).map(decodeSchemaStep)
  const valueSteps = error.instancePath.split('/').slice(1).map(decodePointerStep)
  let text = ''
  for (let at = 0; at < schemaSteps.length; at++) {
    switch (schemaSteps[at]) {
      case 'properties':
        at++
        text += `property ${quote(valueSteps.shift() ?? '')} validation failed: `
        break
      case 'items':
        text += `failed to validate item ${Number(valueSteps.shift()) + 1}: `
        if (/^\d+$/.test(schemaSteps[at + 1] ?? '')) at++
        break
      case 'patternProperties':
        at++
        text += `failed to validate ${valueSteps.shift()} (matching ${quote(schemaSteps[at] ?? '')}): `
        break
      case 'additionalProperties':
        text += `failed to validate additional property ${valueSteps.shift()}: `
        break
      case 'dependencies':
        at++
        text += `failed to validate dependent schema for ${quote(schemaSteps[at] ?? '')}: `
        break
      case 'allOf':
        at++
        text += `allOf ${Number(schemaSteps[at]) + 1} failed: `
        break
      case 'then':
      case 'else':
        return `${text}${schemaSteps[at]} clause did not match`
    }
  }
  return text + whatText(error)
}

function whatText({ keyword, params, schema, parentSchema, data }: ErrorObject): string {
  switch (keyword) {
    case 'type':
      return `wrong type: expected ${expectedType(schema)}, got ${luaType(data)}`
    case 'required':
      return `property ${quote(params.missingProperty)} is required`
    case 'dependencies':
      return `property ${quote(params.missingProperty)} is required when ${quote(params.property)} is set`
    case 'additionalProperties':
      return `additional properties forbidden, found ${params.additionalProperty}`
    case 'minProperties':
      return `expect object to have at least ${schema} properties`
    case 'maxProperties':
      return `expect object to have at most ${schema} properties`
    case 'minItems':
      return `expect array to have at least ${schema} items`
    case 'maxItems':
      return `expect array to have at most ${schema} items`
    case 'additionalItems':
      return 'found unexpected extra items in array'
    case 'uniqueItems': {
      const [first, second] = [params.i, params.j].sort((a, b) => a - b)
      return `expected unique items but items ${first + 1} and ${second + 1} are equal`
    }
    case 'minLength':
      return `string too short, expected at least ${schema}, got ${[...(data as string)].length}`
    case 'maxLength':
      return `string too long, expected at most ${schema}, got ${[...(data as string)].length}`
    case 'pattern':
      return `failed to match pattern ${quote(String(schema))} with ${quote(data as string)}`
    case 'minimum':
      return `expected ${data} to be at least ${schema}`
    case 'exclusiveMinimum':
      return `expected ${data} to be greater than ${schema}`
    case 'maximum':
      return `expected ${data} to be at most ${schema}`
    case 'exclusiveMaximum':
      return `expected ${data} to be smaller than ${schema}`
    case 'multipleOf':
      return `expected ${data} to be a multiple of ${schema}`
    case 'enum':
      return 'matches none of the enum values'
    case 'const':
      return 'failed to check const value'
    case 'anyOf':
      return `object matches none of the required${requiredOfBranches(parentSchema?.anyOf)}`
    case 'oneOf': {
      const passing: number[] | null = params.passingSchemas
      const matches = passing ? `both schemas ${passing.map((index) => index + 1).join(' and ')}` : 'none'
      return `value should match only one schema, but matches ${matches}`
    }
    case 'not':
      return "value wasn't supposed to match schema"
    case 'format':
      return `expect valid ${schema} address but got: ${data}`
    default:
      return `failed to check ${keyword}`
  }
}

function requiredOfBranches(branches: readonly { readonly required?: readonly string[] }[] = []): string {
  const lists = branches.flatMap(({ required }) => (required ? [JSON.stringify(required)] : []))
  return lists.length > 0 ? `: ${lists.join(' or ')}` : ''
}

function expectedType(schema: unknown): string {
  return Array.isArray(schema) ? `one of ${schema.join(', ')}` : String(schema)
}

/** The name Lua has for the type that a JSON value becomes there. */
function luaType(value: unknown): string {
  if (value === null) return 'userdata'
  if (value === undefined) return 'nil'
  return typeof value === 'object' ? 'table' : typeof value
}

/** As Lua's `%q` quotes a string. */
export function quote(text: string): string {
  const escaped = text.replace(/["\\\n\r\0]/g, (character) => {
    if (character === '\r') return '\\r'
    return character === '\0' ? '\\000' : `\\${character}`
  })
  return `"${escaped}"`
}

/** One step of a JSON pointer. */
export function decodePointerStep(step: string): string {
  return step.replaceAll('~1', '/').replaceAll('~0', '~')
}

function decodeSchemaStep(step: string): string {
  return decodePointerStep(decodeURIComponent(step))
}
