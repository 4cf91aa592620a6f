import { API, type Checker, type Project, SymbolFlags, type Type } from 'typescript/unstable/sync'
import { refusalsOf } from './refusals.ts'

/** The compiler's own symbol of a declaration; its class is not exported under another name. */
export type DeclaredSymbol = ReturnType<Checker['getAliasedSymbol']>

/** A prop, a field of one (`controlPlane.urls`), or a public property of a construct. */
export interface MemberReference {
  readonly name: string
  readonly type: string
  readonly optional: boolean
  readonly description: string
  /** What `@default` says. */
  readonly default?: string
  /** The type of Terraform behind it, such as `aws_vpc`. */
  readonly terraform?: string
  /** A construct within, by its name. */
  readonly construct?: string
}

export interface MethodReference {
  /** With its parameters and what it returns. */
  readonly signature: string
  readonly isStatic: boolean
  readonly description: string
}

/** What a page says of a construct; all of it read from the declarations and their docstrings. */
export interface ConstructReference {
  readonly name: string
  /** Its page, and the file of its example, without folder and extension: the name in kebab-case. */
  readonly page: string
  readonly purpose: string
  /** The construct it specialises. */
  readonly base?: string
  readonly isAbstract: boolean
  readonly props: readonly MemberReference[]
  readonly properties: readonly MemberReference[]
  readonly methods: readonly MethodReference[]
  readonly refusals: readonly { readonly prop: string; readonly problem: string }[]
}

const DEEPEST = 2

const TAGS: Readonly<Record<string, string>> = {
  param: 'Takes',
  default: 'Default:',
  throws: 'Throws',
  returns: 'Returns',
}

/** The constructs that a module exports, read with TypeScript's own checker. */
export function readConstructs(root: string, modules: readonly string[]): ConstructReference[] {
  const api = new API({ cwd: root })
  try {
    const snapshot = api.updateSnapshot({ openProjects: [`${root}/tsconfig.json`] })
    const [project] = snapshot.getProjects()
    if (!project) throw new Error('TypeScript found no project here')
    const reader = new ConstructReader(project, root)
    return modules.flatMap((module) => reader.constructsOf(`${root}/${module}`))
  } finally {
    api.close()
  }
}

class ConstructReader {
  readonly #project: Project
  readonly #checker: Checker
  readonly #root: string
  /** Interfaces that constructs implement: what such a prop takes is a construct, not fields. */
  readonly #implemented = new Set<string>()

  constructor(project: Project, root: string) {
    this.#project = project
    this.#checker = project.checker
    this.#root = root
  }

  constructsOf(module: string): ConstructReference[] {
    const file = this.#project.program.getSourceFile(module)
    const symbol = file && this.#checker.getSymbolAtLocation(file)
    if (!symbol) throw new Error(`${module} is no module of this project`)
    const classes = this.#checker
      .getExportsOfModule(symbol)
      .map((exported) => (exported.flags & SymbolFlags.Alias ? this.#checker.getAliasedSymbol(exported) : exported))
      .filter((exported) => exported.flags & SymbolFlags.Class && this.#isConstruct(exported))
    for (const exported of classes) {
      const [, implemented = ''] = / implements ([\w, ]+)/.exec(this.#head(exported)) ?? []
      for (const name of implemented.split(',')) this.#implemented.add(name.trim())
    }
    return classes.map((exported) => this.#construct(exported)).sort((a, b) => a.name.localeCompare(b.name, 'en'))
  }

  #construct(symbol: DeclaredSymbol): ConstructReference {
    const type = this.#checker.getDeclaredTypeOfSymbol(symbol)
    const members = this.#checker.getPropertiesOfType(type).filter((member) => this.#isPublic(member))
    const isMethod = (member: DeclaredSymbol) => (member.flags & SymbolFlags.Method) !== 0
    const statics = [...symbol.getExports().values()].filter(
      ({ name }) => name !== 'prototype' && !name.startsWith('__'),
    )
    const base = this.#bases(symbol)[0]?.name
    const files = [symbol, ...this.#bases(symbol)].map((ancestor) => this.#fileOf(ancestor))
    return {
      name: symbol.name,
      page: symbol.name.replace(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase(),
      purpose: symbol.getDocumentationComment(this.#checker),
      ...(base && { base }),
      isAbstract: /\babstract class/.test(this.#head(symbol)),
      props: this.#props(symbol),
      properties: members.filter((member) => !isMethod(member)).map((member) => this.#member(member)),
      methods: [
        ...statics.map((member) => this.#method(member, true)),
        ...members.filter(isMethod).map((member) => this.#method(member, false)),
      ],
      refusals: files.flatMap((file) => {
        const source = this.#project.program.getSourceFile(file)
        return source ? refusalsOf(source) : []
      }),
    }
  }

  /** Fields of the last parameter of the constructor, and of what they hold in turn. */
  #props(symbol: DeclaredSymbol): MemberReference[] {
    const [, parameters] = /\n {2}constructor\(([\s\S]*?)\) \{/.exec(this.#text(symbol)) ?? []
    const named = /: (\w+Props)(?: \| \w+)?\s*$/.exec(parameters?.trim().replace(/,$/, '') ?? '')?.[1]
    const declared = named ? this.#checker.resolveName(named, SymbolFlags.Interface, this.#node(symbol)) : undefined
    const base = this.#bases(symbol)[0]
    // A class without a constructor of its own takes what the one it extends takes.
    if (!declared) return parameters === undefined && base ? this.#props(base) : []
    const props = declared.flags & SymbolFlags.Alias ? this.#checker.getAliasedSymbol(declared) : declared
    return this.#fields(this.#checker.getDeclaredTypeOfSymbol(props), '', 0)
  }

  #fields(type: Type, prefix: string, depth: number): MemberReference[] {
    return this.#checker.getPropertiesOfType(type).flatMap((field) => {
      const own = this.#member(field)
      // What can be changed is told by the properties of the construct.
      const inner = depth < DEEPEST && own.name !== 'transform' ? this.#expandable(field) : undefined
      const name = `${prefix}${own.name}`
      const fields = inner ? this.#fields(inner.type, `${name}${inner.many}.`, depth + 1) : []
      return [{ ...own, name }, ...fields]
    })
  }

  /** What a field holds, where that is a plain object of ours or a list of them, and no construct. */
  #expandable(field: DeclaredSymbol): { type: Type; many: '' | '[]' } | undefined {
    const declared = this.#checker.getTypeOfSymbol(field)
    const single = declared && this.#checker.getNonNullableType(declared)
    if (!single) return undefined
    const many = this.#checker.isArrayType(single)
    const [type] = many && single.isTypeReference() ? this.#checker.getTypeArguments(single) : [single]
    const symbol = type?.getSymbol()
    const file = symbol?.declarations[0]?.path ?? ''
    if (!type || !symbol || !this.#isOurs(file) || this.#implemented.has(symbol.name)) return undefined
    const isAnonymous = symbol.name === '__type' && type.isObjectType()
    const isInterface = (symbol.flags & SymbolFlags.Interface) !== 0 && symbol.name !== 'Topology'
    return isAnonymous || isInterface ? { type, many: many ? '[]' : '' } : undefined
  }

  #member(symbol: DeclaredSymbol): MemberReference {
    const tags = symbol.getJsDocTags(this.#checker)
    const tag = tags.find(({ name }) => name === 'default')
    const type = this.#checker.getTypeOfSymbol(symbol)
    return {
      name: symbol.name,
      type: type ? this.#typeText(symbol, type) : 'unknown',
      optional: (symbol.flags & SymbolFlags.Optional) !== 0,
      description: symbol.getDocumentationComment(this.#checker),
      ...(tag && { default: textOf(tag.text) }),
      ...(type && this.#behind(type)),
    }
  }

  /** The resource of Terraform, or the construct, that a property holds, alone, in a list or by name. */
  #behind(type: Type): { terraform?: string; construct?: string } {
    const single = this.#checker.getNonNullableType(type) ?? type
    const items = single.isTypeReference()
      ? this.#checker.getTypeArguments(single)
      : (single.getAliasTypeArguments?.() ?? [])
    const recorded = this.#checker.getIndexInfosOfType(single).map((info) => info.valueType)
    for (const candidate of [single, ...items, ...recorded]) {
      const symbol = candidate.getSymbol()
      if (!symbol || !(symbol.flags & SymbolFlags.Class)) continue
      const terraform = /static readonly tfResourceType = "(\w+)"/.exec(this.#text(symbol))?.[1]
      if (terraform) return { terraform }
      if (this.#isConstruct(symbol) && this.#isOurs(this.#fileOf(symbol))) return { construct: symbol.name }
    }
    return {}
  }

  #typeText(symbol: DeclaredSymbol, type: Type): string {
    const written = /^(?:readonly |abstract )*(?:\w+|'[^']+')\??: ([\s\S]*?);?$/.exec(this.#text(symbol).trim())?.[1]
    const text = written ?? this.#checker.typeToString(type)
    return text
      .replace(/\/\*\*[\s\S]*?\*\//g, '')
      .replace(/\s+/g, ' ')
      .replace(/ = \S+$/, '')
      .replace(/ \| undefined$/, '')
      .replace(/^\{ .+ \}$/, 'object')
      .replace(/^readonly \{ .+ \}\[\]$/, 'list of objects')
      .trim()
  }

  #method(symbol: DeclaredSymbol, isStatic: boolean): MethodReference {
    const signature = this.#text(symbol)
      .replace(/^(?:static|protected|async) /, '')
      .replace(/ \{\n[\s\S]*$/, '')
      .replace(/\s+/g, ' ')
    const tags = symbol.getJsDocTags(this.#checker).map(({ name, text }) => `${TAGS[name] ?? name} ${textOf(text)}.`)
    return {
      signature,
      isStatic,
      description: [symbol.getDocumentationComment(this.#checker), ...tags].join(' ').trim(),
    }
  }

  /** The classes of ours that it extends, nearest first. */
  #bases(symbol: DeclaredSymbol): DeclaredSymbol[] {
    const [base] = this.#checker.getDeclaredTypeOfSymbol(symbol).getBaseTypes() ?? []
    const parent = base?.getSymbol()
    if (!parent || !this.#isOurs(this.#fileOf(parent))) return []
    return [parent, ...this.#bases(parent)]
  }

  #isConstruct(symbol: DeclaredSymbol): boolean {
    if (symbol.name === 'Construct') return true
    const bases = this.#checker.getDeclaredTypeOfSymbol(symbol).getBaseTypes() ?? []
    return bases.some((base) => {
      const parent = base.getSymbol()
      return parent !== undefined && this.#isConstruct(parent)
    })
  }

  #isPublic(member: DeclaredSymbol): boolean {
    if (member.name.startsWith('__') || !this.#isOurs(this.#fileOf(member))) return false
    return !/^(?:private|protected) /.test(this.#text(member))
  }

  #isOurs(file: string): boolean {
    return file.startsWith(this.#root) && !file.includes('/node_modules/')
  }

  #fileOf(symbol: DeclaredSymbol): string {
    return symbol.declarations[0]?.path ?? ''
  }

  #node(symbol: DeclaredSymbol) {
    return symbol.declarations[0]?.resolve()
  }

  #text(symbol: DeclaredSymbol): string {
    return this.#node(symbol)?.getText() ?? ''
  }

  /** A class's declaration up to its body. */
  #head(symbol: DeclaredSymbol): string {
    return this.#text(symbol).split('{\n')[0] ?? ''
  }
}

function textOf(text: unknown): string {
  if (typeof text === 'string') return text.replace(/\s+/g, ' ').trim()
  return Array.isArray(text) ? text.map((part: { text: string }) => part.text).join('') : ''
}
