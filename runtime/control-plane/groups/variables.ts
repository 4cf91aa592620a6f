import { Type } from 'typebox'
import { type ResourceValue, typeIn } from '../../model/resource.ts'
import { compileSchema } from '../../model/schema-compiler.ts'
import { type Answer, refuse } from '../admin-api/answer.ts'
import {
  demandValid,
  type GroupCall,
  isWanted,
  listAnswer,
  notFound,
  notSupported,
  type ResourceObject,
  reads,
  timesAfter,
  valueAnswer,
  write,
} from './group-call.ts'
import { demandGroup } from './group-store.ts'

/** What clients send for an environment variable of a gateway group. */
export const VariableBody = Type.Object(
  {
    value: Type.String({ maxLength: 65_536 }),
    /** It is shown to nobody. @default false */
    secret: Type.Optional(Type.Boolean()),
    description: Type.Optional(Type.String({ maxLength: 1_024 })),
  },
  { additionalProperties: false },
)
const check = compileSchema(VariableBody)

/** As environments of processes have them, and `$env://NAME` refers to them. */
const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,255}$/
const MASK = '***'

/**
 * Answers a call about a group's environment variables, which its data planes resolve `$env://NAME` with, before those
 * of their own process.
 */
export async function variablesAnswer(group: string, call: GroupCall): Promise<Answer> {
  const { steps, store } = call
  const [name, ...more] = steps
  const type = typeIn(group, 'variables')
  if (more.length > 0) return refuse(404, 'not found')
  if (name === undefined) {
    if (!reads(call)) return notSupported(call)
    const list = store.read().list(type)
    return listAnswer(
      call,
      list.map(({ id, value }) => shown(id, value)).filter((variable) => isWanted(call, variable)),
    )
  }
  if (!NAME.test(name)) return refuse(400, `${JSON.stringify(name)} is no name of an environment variable`)
  if (reads(call)) {
    const stored = store.read().get(type, name)
    return valueAnswer(call, stored && shown(name, stored.value))
  }
  if (call.method === 'PUT') {
    demandValid(check, call.body)
    return write(call, (head) => {
      demandGroup(head, group)
      const before = head.get(type, name)
      const value = { ...(call.body as ResourceValue), ...timesAfter(before?.value) }
      head.put(type, name, value)
      return { status: before ? 200 : 201, body: { value: shown(name, value) } }
    })
  }
  if (call.method !== 'DELETE') return notSupported(call)
  return write(call, (head) => {
    if (!head.get(type, name)) throw notFound()
    head.delete(type, name)
    return { status: 200, body: { value: { name, deleted: true } } }
  })
}

function shown(name: string, { value, secret = false, ...rest }: ResourceValue): ResourceObject {
  return { name, value: secret ? MASK : value, secret, ...rest }
}
