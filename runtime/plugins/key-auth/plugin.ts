import type { Answer, Consumer, Plugin, PluginCall } from '../plugin-interface.ts'
import { schema } from './schema.ts'

interface KeyAuth {
  readonly header?: string
  readonly query?: string
  readonly hide_credentials?: boolean
  readonly anonymous_consumer?: string
  readonly realm?: string
}

/** Recognises consumers by a key in a header or, failing that, in the query. */
export const plugin: Plugin = {
  schema,
  identityOf: (configuration) => (typeof configuration.key === 'string' ? configuration.key : undefined),
  compile(configuration) {
    const {
      header = 'apikey',
      query = 'apikey',
      hide_credentials: hide = false,
      anonymous_consumer: anonymous,
      realm = 'key',
    } = configuration as KeyAuth

    const refuse = (message: string): Answer => ({
      status: 401,
      headers: { 'WWW-Authenticate': `apikey realm="${realm}"` },
      body: { message },
    })

    const identify = (call: PluginCall): Consumer | string => {
      const inHeader = call.header(header)
      const key = inHeader ?? call.argument(query)
      if (key === undefined) return 'Missing API key in request'
      const consumer = call.consumers.byIdentity(schema.name, key)
      if (!consumer) return 'Invalid API key in request'
      if (hide) {
        if (inHeader === undefined) call.upstream.removeArgument(query)
        else call.upstream.headers.remove(header)
      }
      return consumer
    }

    return {
      rewrite(call) {
        const found = identify(call)
        if (typeof found !== 'string') {
          call.attachConsumer(found)
          return undefined
        }
        if (anonymous === undefined) return refuse(found)
        const consumer = call.consumers.byName(anonymous)
        if (!consumer) return refuse('Invalid user authorization')
        call.attachConsumer(consumer)
        return undefined
      },
    }
  },
}
