import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { addDefaults } from './cloudflare-defaults.ts'
import { recoverBlock } from './recover-block.ts'
import type { Block, ProviderSchema } from './schema.ts'
import { addSecretFlags, EPHEMERAL_RESOURCES } from './schema-additions.ts'
import { AWS, type Vendor } from './vendor.ts'

/** Types of one provider, such as a set of stacks uses. */
export interface UsedTypes {
  readonly resource: ReadonlySet<string>
  readonly data: ReadonlySet<string>
  readonly ephemeral: ReadonlySet<string>
}

const SOURCE_MAP = 'sourceMappingURL=data:application/json;base64,'

/**
 * The schema of a provider, recovered from the installed package of its constructs: the source map inside each module
 * carries the TypeScript that was generated from the schema. Only of the types asked for, which takes about half a
 * millisecond each, less than reading a cache of the whole would take; a type that the package does not have is left
 * out, so that Terraform says so.
 */
export function recoverSchema(used: UsedTypes, vendor: Vendor = AWS): ProviderSchema {
  const modules = join(dirname(createRequire(import.meta.url).resolve(`${vendor.package}/package.json`)), 'lib')
  const provider = sourceOf(modules, 'provider')
  if (provider === undefined) throw new Error(`${modules} is no package of CDKTF's provider of ${vendor.name}`)
  return {
    vendor,
    version: /providerVersion: '([\d.]+)'/.exec(provider)?.[1] ?? '',
    provider: recoverBlock(provider, vendor.nested),
    resource: recoverAll(used.resource, (type) => {
      const source = moduleOf(modules, type, vendor, '')
      if (source === undefined) return undefined
      return addDefaults(type, addSecretFlags(type, recoverBlock(source, vendor.nested)))
    }),
    data: recoverAll(used.data, (type) => {
      const source = moduleOf(modules, type, vendor, `data-${vendor.prefix.replace('_', '-')}`)
      return source === undefined ? undefined : recoverBlock(source, vendor.nested)
    }),
    ephemeral: Object.fromEntries(
      [...used.ephemeral].flatMap((type) => {
        const known = EPHEMERAL_RESOURCES[type]
        return known ? [[type, known.block] as const] : []
      }),
    ),
  }
}

function recoverAll(types: ReadonlySet<string>, recover: (type: string) => Block | undefined): Record<string, Block> {
  const blocks: Record<string, Block> = {}
  for (const type of [...types].sort()) {
    const block = recover(type)
    if (block) blocks[type] = block
  }
  return blocks
}

function moduleOf(modules: string, type: string, vendor: Vendor, prefix: string): string | undefined {
  const source = sourceOf(modules, `${prefix}${type.replace(vendor.prefix, '').replaceAll('_', '-')}`)
  const declared = /tfResourceType = "(\w+)"/.exec(source ?? '')?.[1]
  return declared === type ? source : undefined
}

function sourceOf(modules: string, name: string): string | undefined {
  const file = join(modules, name, 'index.js')
  if (!existsSync(file)) return undefined
  const text = readFileSync(file, 'utf8')
  const start = text.lastIndexOf(SOURCE_MAP)
  if (start < 0) return undefined
  const map = JSON.parse(Buffer.from(text.slice(start + SOURCE_MAP.length), 'base64').toString()) as {
    sourcesContent?: string[]
  }
  // CDK Terrain's packages are written by the same generator, and call the framework by another name.
  return map.sourcesContent?.[0]?.replaceAll('cdktn.', 'cdktf.')
}
