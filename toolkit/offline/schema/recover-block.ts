import type { Attribute, AttributeType, Block, NestedBlock } from './schema.ts'
import type { Vendor } from './vendor.ts'

/**
 * Recovers a schema from the TypeScript that CDKTF generated from it. Every argument leaves two traces there: a comment
 * with its flags above its accessor, and an entry in the function that writes HCL, which tells blocks from attributes
 * and sets from lists. What the vendor alone fills in has only the first.
 */
const CLASS = /^export class (\w+) extends cdktf\.(\w+) \{$([\s\S]*?)^\}$/gm
const MEMBER =
  /^ {2}\/\/ (\w+) - computed: (\w+), optional: (\w+), required: (\w+)\n([\s\S]*?)(?=^ {2}\/\/ \w+ - computed: |^ {2}\/\/ =+$|$(?![\s\S]))/gm
const HCL_FUNCTION = /^export function (\w+)ToHclTerraform\([\s\S]*?^ {2}const attrs = \{$([\s\S]*?)^ {2}\};$/gm
const HCL_OF_CLASS = /^ {4}const attrs = \{$([\s\S]*?)^ {4}\};$/m
const HCL_ENTRY =
  /^ +(\w+): \{\n +value: ([^\n]*),\n +isBlock: (\w+),\n +type: "(\w+)",\n +storageClassType: "(\w+)",$/gm
/** The function that writes a nested structure; those of CDKTF itself stand behind `cdktf.`. */
const STRUCTURE = /(?<![\w.])(\w+)ToHclTerraform\b/
const NESTED = /= new (\w+?)(OutputReference|MapList|List|Map)\(this, "\w+"(?:, (true|false))?\)/

interface HclEntry {
  /** How the value is written; tells a list of blocks from a list of objects. */
  readonly value: string
  readonly type: string
  readonly storage: string
}

interface Source {
  readonly nested: Vendor['nested']
  /** Bodies of classes, by name. */
  readonly classes: ReadonlyMap<string, string>
  /** By the name of the structure in lower camel case. */
  readonly hcl: ReadonlyMap<string, ReadonlyMap<string, HclEntry>>
}

/**
 * The block of the resource, data source or provider that a generated module declares.
 *
 * @param nested what arguments with arguments of their own are, which the module does not tell
 */
export function recoverBlock(text: string, nested: Vendor['nested'] = 'blocks'): Block {
  const classes = new Map<string, string>()
  let root = ''
  for (const [, name = '', base = '', body = ''] of text.matchAll(CLASS)) {
    classes.set(name, body)
    if (/^Terraform(Resource|DataSource|Provider)$/.test(base)) root = name
  }
  const hcl = new Map([...text.matchAll(HCL_FUNCTION)].map(([, name = '', body = '']) => [name, entriesOf(body)]))
  const body = classes.get(root)
  if (body === undefined) throw new Error('no resource, data source or provider is declared here')
  const entries = entriesOf(HCL_OF_CLASS.exec(body)?.[1] ?? '')
  return blockOf({ nested, classes, hcl }, body, entries)
}

function entriesOf(text: string): Map<string, HclEntry> {
  return new Map(
    [...text.matchAll(HCL_ENTRY)].map(([, name = '', value = '', , type = '', storage = '']) => {
      return [name, { value, type, storage }]
    }),
  )
}

function blockOf(source: Source, body: string, entries: ReadonlyMap<string, HclEntry>): Block {
  const attributes: Record<string, Attribute> = {}
  const blocks: Record<string, NestedBlock> = {}
  for (const [, name = '', computed, optional, required, member = ''] of body.matchAll(MEMBER)) {
    const entry = entries.get(name)
    const flags = {
      ...(required === 'true' && { required: true }),
      ...(optional === 'true' && { optional: true }),
      // Of some that must be written, the package says both; Terraform takes only one.
      ...(computed === 'true' && required !== 'true' && { computed: true }),
    }
    const structure = STRUCTURE.exec(entry?.value ?? '')?.[1]
    const nested = NESTED.exec(member)
    if (!nested && entry && structure) {
      // The provider's own blocks: nothing refers to what is in them, so nothing was generated but the writer.
      const block = writtenBlock(source.hcl.get(structure) ?? new Map())
      blocks[name] = { nesting: entry.type === 'set' ? 'set' : 'list', block, required: false, atMostOne: false }
      continue
    }
    if (!nested || /^cdktf\./.test(nested[1] ?? '')) {
      attributes[name] = { type: entry ? typeOfEntry(entry) : typeOfAccessor(member), ...flags }
      continue
    }
    const [, stem = '', kind = '', wrapsSet] = nested
    const inner = nestedBlock(source, stem)
    const many = kind === 'List'
    if (source.nested === 'attributes') {
      const set = entry ? entry.type === 'set' : wrapsSet === 'true'
      const nesting = kind === 'Map' ? 'map' : many ? (set ? 'set' : 'list') : 'single'
      blocks[name] = { nesting, block: inner, required: false, atMostOne: false, attribute: flags }
      continue
    }
    if (entry && isBlock(entry)) {
      blocks[name] = {
        nesting: nestingOf(entry, inner),
        block: inner,
        required: required === 'true',
        atMostOne: !many,
      }
      continue
    }
    const object = ['object', objectTypeOf(inner)] as const
    const set = entry ? entry.type === 'set' : wrapsSet === 'true'
    attributes[name] = { type: many ? [set ? 'set' : 'list', object] : object, ...flags }
  }
  return { attributes, blocks }
}

/** A set may hold nothing of any type, which is what CDKTF makes of WAF's statements within statements. */
function nestingOf({ type }: HclEntry, inner: Block): NestedBlock['nesting'] {
  if (type === 'struct') return 'single'
  return type === 'set' && !JSON.stringify(inner).includes('"dynamic"') ? 'set' : 'list'
}

function nestedBlock(source: Source, stem: string): Block {
  const body = source.classes.get(`${stem}OutputReference`) ?? ''
  const structure = `${stem.charAt(0).toLowerCase()}${stem.slice(1)}`
  return blockOf(source, body, source.hcl.get(structure) ?? new Map())
}

function writtenBlock(entries: ReadonlyMap<string, HclEntry>): Block {
  const attributes = [...entries].map(([name, entry]) => [name, { type: typeOfEntry(entry), optional: true }] as const)
  return { attributes: Object.fromEntries(attributes), blocks: {} }
}

/** Lists of objects are written without the flag that lists of blocks have. */
function isBlock({ value }: HclEntry): boolean {
  return !/listMapperHcl\(\w+, false\)/.test(value)
}

function objectTypeOf({ attributes, blocks }: Block): Record<string, AttributeType> {
  return {
    ...Object.fromEntries(Object.entries(attributes).map(([name, { type }]) => [name, type])),
    ...Object.fromEntries(
      Object.entries(blocks).map(([name, { nesting, block }]) => {
        const object = ['object', objectTypeOf(block)] as const
        return [name, nesting === 'single' ? object : ([nesting, object] as const)]
      }),
    ),
  }
}

const SIMPLE: Readonly<Record<string, AttributeType>> = {
  string: 'string',
  number: 'number',
  boolean: 'bool',
  any: 'dynamic',
}

function typeOfEntry({ value, type, storage }: HclEntry): AttributeType {
  if (type === 'simple') return SIMPLE[storage] ?? 'dynamic'
  const element = SIMPLE[/cdktf\.(string|number|boolean|any)ToHcl/.exec(value)?.[1] ?? ''] ?? 'dynamic'
  const collection = type === 'set' || type === 'map' ? type : 'list'
  // The outermost of the functions that write it is the collection itself, the others what is in it.
  const [, ...within] = value.match(/(list|hash)MapperHcl/g) ?? []
  const inner = within.reduceRight<AttributeType>(
    (held, mapper) => [mapper.startsWith('hash') ? 'map' : 'list', held],
    element,
  )
  return [collection, inner]
}

function typeOfAccessor(member: string): AttributeType {
  const [, kind = 'String', many] =
    /get(String|Number|Boolean|Any)?(List|Map)?Attribute\(/.exec(member) ??
    /new cdktf\.(String|Number|Boolean|Any)(ListMap|MapList|List|Map)/.exec(member) ??
    []
  if (/interpolationForAttribute/.test(member)) return /tolist/.test(member) ? ['set', ['list', 'string']] : 'dynamic'
  const element = SIMPLE[kind.toLowerCase()] ?? 'string'
  if (many === 'ListMap') return ['map', ['list', element]]
  if (many === 'MapList') return ['list', ['map', element]]
  if (many === 'Map') return ['map', element]
  if (many === 'List') return [/Fn\.tolist/.test(member) ? 'set' : 'list', element]
  return element
}
