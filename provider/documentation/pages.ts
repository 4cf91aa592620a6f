import type { Provider, ProviderFunction } from '../framework/provider.ts'
import type { Schema } from '../framework/schema.ts'
import { schemaSection, typeText } from './schema-section.ts'

export interface Page {
  /** Below the folder of the provider's pages. */
  readonly path: string
  readonly text: string
}

export interface PageSources {
  /** The configuration that a page shows, by the kind and the type of what it is about. */
  readonly example: (kind: 'resources' | 'provider', type: string) => string | undefined
  /** An id to import by, as it is written; undefined where a resource cannot be imported. */
  readonly importId: (type: string) => string | undefined
}

const NOTE = '<!-- Generated from the schemas by `node provider/documentation/main.ts`. -->'

/** The pages of a provider in the form of the Terraform registry. */
export function pagesOf(name: string, provider: Provider<never>, sources: PageSources): Page[] {
  const { resources, dataSources, ephemeralResources, functions, schema } = provider
  const short = (type: string) => type.slice(name.length + 1)
  return [
    { path: 'index.md', text: schemaPage(`${name} Provider`, '', schema, sources.example('provider', name)) },
    ...Object.entries(resources).map(([type, { schema }]) => ({
      path: `resources/${short(type)}.md`,
      text: schemaPage(`${type} (Resource)`, importSection(type, sources), schema, sources.example('resources', type)),
    })),
    ...Object.entries(dataSources).map(([type, { schema }]) => ({
      path: `data-sources/${short(type)}.md`,
      text: schemaPage(`${type} (Data Source)`, '', schema, undefined),
    })),
    ...Object.entries(ephemeralResources).map(([type, { schema }]) => ({
      path: `ephemeral-resources/${short(type)}.md`,
      text: schemaPage(`${type} (Ephemeral Resource)`, '', schema, undefined),
    })),
    ...Object.entries(functions).map(([function_, offered]) => ({
      path: `functions/${function_}.md`,
      text: functionPage(name, function_, offered),
    })),
  ]
}

function schemaPage(title: string, after: string, schema: Schema, example: string | undefined): string {
  const { description, attributes } = schema
  const shown = example === undefined ? [] : ['## Example Usage', `\`\`\`terraform\n${example.trim()}\n\`\`\``]
  const parts = [front(title, description), NOTE, `# ${title}`, description, ...shown, schemaSection(attributes), after]
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`
}

function importSection(type: string, { importId }: PageSources): string {
  const id = importId(type)
  if (id === undefined) return '## Import\n\nIt cannot be imported: nobody keeps what was issued.'
  return `## Import\n\n\`\`\`terraform\nimport {\n  to = ${type}.example\n  id = ${JSON.stringify(id)}\n}\n\`\`\``
}

function functionPage(provider: string, name: string, { summary, description, parameters, returns }: ProviderFunction) {
  const signature = parameters
    .map((parameter) => `${parameter.name} ${typeText(parameter.type).toLowerCase()}`)
    .join(', ')
  const parts = [
    front(`${name} (Function)`, summary),
    NOTE,
    `# ${name} (Function)`,
    description,
    '## Signature',
    `\`\`\`text\nprovider::${provider}::${name}(${signature}) ${typeText(returns).toLowerCase()}\n\`\`\``,
    '## Arguments',
    parameters
      .map((parameter) => `1. \`${parameter.name}\` (${typeText(parameter.type)}) ${parameter.description}`)
      .join('\n'),
  ]
  return `${parts.join('\n\n')}\n`
}

/** What the registry lists a page by. */
function front(title: string, description: string): string {
  const [first = ''] = description.split(/(?<=\.) /)
  return `---\npage_title: ${JSON.stringify(title)}\nsubcategory: ""\ndescription: |-\n  ${first}\n---`
}
