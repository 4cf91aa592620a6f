import { Type } from 'typebox'
import { RESOURCE_TYPES, type ResourceType } from '../../model/resource.ts'
import type { ConfigurationStore } from '../configuration-store.ts'
import { type Answer, refuse } from './answer.ts'
import type { ServiceEndpoint } from './service-endpoint.ts'
import { usersOf } from './usage.ts'

const UsageAnswer = Type.Object({
  total: Type.Integer(),
  list: Type.Array(Type.Object({ type: Type.Enum([...RESOURCE_TYPES]), id: Type.String() })),
})

/** Says before a delete what it would be refused for. */
export const USAGE_ENDPOINTS: readonly ServiceEndpoint[] = [
  {
    path: '/antipode/usages/{type}/{resource}',
    tag: 'usages',
    operations: {
      GET: {
        summary: 'Which resources still use this one, so that it would not be deleted',
        answers: { 200: { description: 'Resources of the same gateway group', schema: UsageAnswer } },
      },
    },
  },
]

/** @param store of the gateway group that is meant, as the caller may read it */
export function usageAnswer(store: ConfigurationStore, steps: readonly string[]): Answer {
  const [type, ...id] = steps
  if (!RESOURCE_TYPES.includes(type as ResourceType) || id.length === 0) return refuse(404, 'not found')
  const list = usersOf(store.read(), type as ResourceType, id.join('/'))
  return { status: 200, body: { total: list.length, list } }
}
