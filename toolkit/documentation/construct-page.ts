import type { ConstructReference, MemberReference } from './construct-reference.ts'

/** The page of one construct, `docs/constructs/<page>.md`. */
export function constructPage(
  construct: ConstructReference,
  all: readonly ConstructReference[],
  example?: string,
): string {
  const { name, base, isAbstract, props, properties, methods, refusals } = construct
  const resources = properties.filter(({ terraform, construct: inner }) => terraform ?? inner)
  const values = properties.filter((property) => !resources.includes(property))
  const kinds = all.filter((other) => other.base === name)
  const sections = [
    `# ${name}`,
    GENERATED,
    prose(construct.purpose),
    base && `It is a ${link(base, all)}${isAbstract ? '' : ', which holds what all of its kind share'}.`,
    isAbstract && kinds.length > 0 && `Abstract; make one of ${kinds.map((kind) => link(kind.name, all)).join(', ')}.`,
    example && section('Example', `\`\`\`ts\n${example.trim()}\n\`\`\``),
    props.length > 0 &&
      section(
        'Props',
        table(
          ['prop', 'type', 'default', 'what it is'],
          props.map((prop) => propRow(prop, all)),
        ),
      ),
    resources.length > 0 &&
      section(
        'Resources',
        'What it is made of; public, so that anything about it can be changed.',
        table(
          ['property', 'holds', 'what it is'],
          resources.map((property) => resourceRow(property, all)),
        ),
      ),
    values.length > 0 &&
      section(
        'Values',
        table(
          ['property', 'type', 'what it is'],
          values.map((value) => valueRow(value, all)),
        ),
      ),
    methods.length > 0 &&
      section(
        'Methods',
        ...methods.map(({ signature, isStatic, description }) => {
          return [`\`${isStatic ? `${name}.` : ''}${signature}\``, prose(description)].filter(Boolean).join('\n\n')
        }),
      ),
    refusals.length > 0 &&
      section(
        'Refuses',
        'At construction, with `CONSTRUCT_INVALID` and the path of the prop:',
        table(
          ['prop', 'message'],
          refusals.map(({ prop, problem }) => [code(prop), cell(escaped(problem))]),
        ),
      ),
  ]
  return `${sections.filter(Boolean).join('\n\n')}\n`
}

/** The table of all constructs, `docs/constructs/README.md`. */
export function constructIndex(constructs: readonly ConstructReference[]): string {
  const rows = constructs.map((construct) => [
    `[\`${construct.name}\`](${construct.page}.md)`,
    cell(firstSentence(construct.purpose)),
    required(construct),
  ])
  const intro =
    'What `antipode/constructs` exports, and `GatewayTopology` of `antipode/stacks`, which makes all of them from one ' +
    'description. Each page says what a construct takes, makes, offers and refuses. How to use them in an app of your ' +
    'own: [Turn a topology into Terraform](../synth.md#in-your-own-app).'
  const sections = ['# Constructs', GENERATED, intro, table(['construct', 'purpose', 'props without a default'], rows)]
  return `${sections.join('\n\n')}\n`
}

const GENERATED =
  '<!-- Generated from the declarations and their docstrings by `node toolkit/documentation/main.ts`. -->'

function section(title: string, ...parts: readonly string[]): string {
  return [`## ${title}`, ...parts].join('\n\n')
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n')
}

function propRow(
  { name, type, optional, description, default: fallback }: MemberReference,
  all: readonly ConstructReference[],
) {
  const otherwise = fallback ? cell(escaped(fallback)) : optional ? 'none' : 'required'
  return [code(name), typeOf(type, all), otherwise, cell(description)]
}

function resourceRow(
  { name, type, description, terraform, construct }: MemberReference,
  all: readonly ConstructReference[],
) {
  const holds = terraform ? `\`${terraform}\`` : link(construct ?? type, all)
  const many = /\[\]$/.test(type) ? ', several' : /Record<string/.test(type) ? ', by name' : ''
  return [code(name), `${holds}${many}`, cell(description)]
}

function valueRow({ name, type, description }: MemberReference, all: readonly ConstructReference[]) {
  return [code(name), typeOf(type, all), cell(description)]
}

function typeOf(type: string, all: readonly ConstructReference[]): string {
  return all.some(({ name }) => name === type) ? link(type, all) : code(type)
}

function link(name: string, all: readonly ConstructReference[]): string {
  const target = all.find((construct) => construct.name === name)
  return target ? `[\`${name}\`](${target.page}.md)` : `\`${name}\``
}

/** Props that have to be given, of the construct itself and not of what they hold. */
function required({ props }: ConstructReference): string {
  const names = props.filter(({ name, optional }) => !optional && !name.includes('.')).map(({ name }) => code(name))
  return names.length > 0 ? names.join(', ') : 'none'
}

/** Up to the first full stop or colon that ends a clause. */
function firstSentence(text: string): string {
  const flat = text.replace(/\s+/g, ' ')
  return /^.*?[.](?= [A-Z`(]|$)/.exec(flat)?.[0] ?? flat
}

/** Docstrings wrap at 120; Markdown flows. Lists and code keep their lines. */
function prose(text: string): string {
  return text.includes('```') ? text : text.replace(/([^\n])\n(?=[^\n-])/g, '$1 ').trim()
}

function cell(text: string): string {
  return text.replace(/\s+/g, ' ').replaceAll('|', '\\|').trim()
}

/** A placeholder such as `<zones>` is no HTML. */
function escaped(text: string): string {
  return text.replace(/(`[^`]*`)|<([^<>`]*)>/g, (_, code: string | undefined, name: string) => code ?? `‹${name}›`)
}

function code(text: string): string {
  return `\`${cell(text)}\``
}
