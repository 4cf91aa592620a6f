import type { Provider } from '../framework/provider.ts'
import type { Attributes } from '../framework/schema.ts'
import { camelCase, fieldsOf, NestedTypes, pascalCase } from './attribute-types.ts'

const NOTE = '// Generated from the schema of the provider by `node provider/bindings/main.ts`.'

export interface GeneratedFile {
  readonly name: string
  /** Before it is formatted. */
  readonly text: string
}

/** Typed CDKTF constructs for every resource of a provider, each in a file of its own. */
export function bindingsOf(prefix: string, provider: Provider<never>): GeneratedFile[] {
  const nested = new NestedTypes()
  const files = Object.entries(provider.resources).map(([type, { schema }]) => {
    const short = type.slice(prefix.length + 1)
    return { short, type, text: resourceText(short, type, schema.description, schema.attributes, nested) }
  })
  const own = fieldsOf(provider.schema.attributes, [], nested)
  return [
    ...files.map(({ short, text }) => ({ name: `${short.replaceAll('_', '-')}.ts`, text })),
    {
      name: 'nested-fields.ts',
      text: `${NOTE}\nimport type { IResolvable } from 'cdktf'\nimport type { Any } from './gateway-resource.ts'\n\n${nested.text}\n`,
    },
    {
      name: 'provider-config.ts',
      text: `${NOTE}\n\n/** ${provider.schema.description} */\nexport interface AntipodeProviderConfig {\n${own}\n  /** Another name for it, so that several can be there. */\n  readonly alias?: string\n}\n`,
    },
    {
      name: 'index.ts',
      text: indexText(
        files.map(({ short }) => short),
        nested,
      ),
    },
  ]
}

function resourceText(
  short: string,
  type: string,
  description: string,
  attributes: Attributes,
  nested: NestedTypes,
): string {
  const name = pascalCase(short)
  const fields = fieldsOf(attributes, [], nested)
  const nestedNames = nested.names.filter((inner) => new RegExp(`\\b${inner}\\b`).test(fields))
  const used = ['Any', 'GatewayResource'].filter(
    (word) => word === 'GatewayResource' || new RegExp(`: .*\\b${word}\\b`).test(fields),
  )
  const resolvable = /IResolvable/.test(fields) ? ', IResolvable' : ''
  const texts = Object.entries(attributes).filter(
    ([, attribute]) => 'type' in attribute && attribute.type === 'string' && !attribute.writeOnly,
  )
  const getters = texts.map(
    ([field]) => `  get ${camelCase(field)}(): string {\n    return this.getStringAttribute('${field}')\n  }`,
  )
  return `${NOTE}
import type { ${['TerraformMetaArguments', resolvable.slice(2)].filter(Boolean).sort().join(', ')} } from 'cdktf'
import type { Construct } from 'constructs'
import { ${used
    .map((word) => (word === 'Any' ? 'type Any' : word))
    .sort()
    .join(', ')} } from './gateway-resource.ts'
${nestedNames.length > 0 ? `import type { ${nestedNames.toSorted().join(', ')} } from './nested-fields.ts'\n` : ''}
export interface ${name}Config extends TerraformMetaArguments {
${fields}
}

/** ${description.replaceAll('*/', '*\\/')} */
export class ${name} extends GatewayResource {
  static readonly tfResourceType = '${type}'

  constructor(scope: Construct, id: string, config: ${name}Config) {
    super(scope, id, '${type}', config)
  }

${getters.join('\n\n')}
}
`
}

function indexText(shorts: readonly string[], nested: NestedTypes): string {
  const resources = shorts.map((short) => {
    const name = pascalCase(short)
    return `export { ${name}, type ${name}Config } from './${short.replaceAll('_', '-')}.ts'`
  })
  const others = [
    "export { AntipodeProvider } from './antipode-provider.ts'",
    "export type { Any } from './gateway-resource.ts'",
    `export type { ${nested.names.toSorted().join(', ')} } from './nested-fields.ts'`,
    "export type { AntipodeProviderConfig } from './provider-config.ts'",
  ]
  const fileOf = (line: string) => /from '(.*)'/.exec(line)![1]!
  const lines = [...resources, ...others].toSorted((a, b) => (fileOf(a) < fileOf(b) ? -1 : 1))
  return `${NOTE}\n${lines.join('\n')}\n`
}
