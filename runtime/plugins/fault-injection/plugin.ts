import { compileExpression } from '../../model/variable-expression.ts'
import { compileTemplate } from '../../model/variable-template.ts'
import type { Plugin, PluginCall } from '../plugin-interface.ts'
import { schema } from './schema.ts'

interface FaultInjection {
  readonly abort?: When & {
    readonly http_status: number
    readonly body?: string
    readonly headers?: Readonly<Record<string, string | number>>
  }
  readonly delay?: When & { readonly duration: number }
}

interface When {
  readonly percentage?: number
  readonly vars?: readonly unknown[]
}

/** Delays calls, ends them with a given answer, or first the one and then the other. */
export const plugin: Plugin = {
  schema,
  compile(configuration) {
    const { abort, delay } = configuration as FaultInjection
    const aborts = compileCondition(abort)
    const delays = compileCondition(delay)
    const body = compileTemplate(abort?.body ?? '')
    const headers = Object.entries(abort?.headers ?? {}).map(([name, value]) => [name, compileTemplate(value)] as const)

    const end = (call: PluginCall) => {
      if (!abort || !aborts(call)) return undefined
      const filled = Object.fromEntries(headers.map(([name, template]) => [name, template(call)]))
      return { status: abort.http_status, headers: filled, body: body(call) }
    }
    return {
      rewrite(call) {
        return delay && delays(call) ? call.pause(delay.duration).then(() => end(call)) : end(call)
      },
    }
  },
}

/** Holds for a share of the calls for which one of the expressions holds. */
function compileCondition({ percentage, vars }: When = {}): (call: PluginCall) => boolean {
  const expressions = vars?.map(compileExpression)
  return (call) =>
    (percentage === undefined || Math.random() * 100 < percentage) &&
    (expressions === undefined || expressions.some((expression) => expression(call)))
}
