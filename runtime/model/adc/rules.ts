import type { Mistake } from './check.ts'
import type { AdcConfiguration } from './schema.ts'
import type { Path } from './source-file.ts'
import type { AdcUpstream } from './upstream-schema.ts'

/** What the format's schema cannot say. */
export function checkRules({ services = [] }: AdcConfiguration): Mistake[] {
  return services.flatMap((service, index) => {
    const path: Path = ['services', index]
    const { upstream, upstreams = [], routes, stream_routes } = service
    const mistakes: Mistake[] = []
    if (routes && stream_routes) {
      mistakes.push({ path: [...path, 'stream_routes'], text: 'cannot stand beside routes; make two services of it' })
    }
    if (service.upstreams && !upstream) {
      mistakes.push({ path: [...path, 'upstreams'], text: 'needs an upstream beside it, which is the default' })
    }
    if (upstream) mistakes.push(...checkUpstream(upstream, [...path, 'upstream']))
    for (const [place, named] of upstreams.entries()) {
      mistakes.push(...checkUpstream(named, [...path, 'upstreams', place]))
    }
    return mistakes
  })
}

function checkUpstream({ nodes, discovery_type, service_name }: AdcUpstream, path: Path): Mistake[] {
  const discovered = discovery_type !== undefined || service_name !== undefined
  if (nodes && discovered) {
    return [{ path, text: 'has nodes and service discovery (discovery_type, service_name); it needs one of them' }]
  }
  if (nodes || (discovery_type && service_name)) return []
  return [{ path, text: 'needs nodes, or both discovery_type and service_name' }]
}
