import { CLOUDFLARE, vendorOf } from '../schema/vendor.ts'
import { SOURCE_FILES } from './source-files.ts'

/** Whether a rule of the table holds for a version of the provider. */
export interface VersionBounds {
  /** First version it holds for. @default the oldest of the provider that the stacks accept */
  readonly since?: string
  /** First version it no longer holds for. */
  readonly before?: string
}

export function holdsFor(version: string, { since, before }: VersionBounds): boolean {
  return (
    (since === undefined || compareVersions(version, since) >= 0) &&
    (before === undefined || compareVersions(version, before) < 0)
  )
}

function compareVersions(left: string, right: string): number {
  const [a, b] = [left, right].map((version) => version.split('.').map(Number))
  for (const at of [0, 1, 2]) {
    const difference = (a?.[at] ?? 0) - (b?.[at] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

/** Where in the provider's source a type's schema stands. */
export function sourceOf(type: string): string {
  const { oldestVersion } = vendorOf(type)
  if (vendorOf(type) === CLOUDFLARE) {
    const service = type.replace(CLOUDFLARE.prefix, '')
    return `terraform-provider-cloudflare v${oldestVersion}, internal/services/${service}/schema.go`
  }
  const file = SOURCE_FILES[type]
  // Data sources and types that nobody has looked up stand somewhere in the provider.
  return `terraform-provider-aws v${oldestVersion}, internal/service${file ? `/${file}` : `, ${type}`}`
}
