import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'

type Json = Readonly<Record<string, unknown>>

const IMAGE_HASH = /\b[0-9a-f]{32}\b/g

/**
 * How stacks of CDK Terrain differ from those of CDKTF, by stack and path. Notes that the framework writes for itself
 * are no difference, and neither is the image's hash: sources may change between the two.
 *
 * @returns nothing where every argument of every resource, data source, output and provider is the same
 */
export function differences(ofCdktf: string, ofCdktn: string): string[] {
  const [before, after] = [stacksOf(ofCdktf), stacksOf(ofCdktn)]
  const names = [...new Set([...before.keys(), ...after.keys()])].sort()
  return names.flatMap((name) => differ(before.get(name), after.get(name), name))
}

function stacksOf(directory: string): Map<string, Json> {
  const folder = join(directory, 'stacks')
  return new Map(
    readdirSync(folder).map((name) => {
      const text = readFileSync(join(folder, name, 'cdk.tf.json'), 'utf8')
      const alike = text.replaceAll(IMAGE_HASH, '<hash>')
      return [name, JSON.parse(alike, (key, value) => (key === '//' ? undefined : value)) as Json]
    }),
  )
}

function differ(before: unknown, after: unknown, path: string): string[] {
  if (isDeepStrictEqual(before, after)) return []
  if (!isObject(before) || !isObject(after)) return [`${path}: ${shown(before)} became ${shown(after)}`]
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()
  return keys.flatMap((key) => differ(before[key], after[key], `${path}.${key}`))
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, 200)
}
