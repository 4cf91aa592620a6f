import { compilePattern } from '../../model/variable-expression.ts'
import { compileTemplate, type Template } from '../../model/variable-template.ts'
import type { Plugin, PluginCall } from '../plugin-interface.ts'
import { type HeaderChanges, readHeaderChanges, schema } from './schema.ts'

interface ProxyRewrite {
  readonly uri?: string
  readonly method?: string
  readonly regex_uri?: readonly string[]
  readonly host?: string
  readonly headers?: HeaderChanges | HeaderChanges['set']
  readonly use_real_request_uri_unsafe?: boolean
}

type Captures = readonly (string | undefined)[] | null

/** Changes what the upstream is asked for. */
export const plugin: Plugin = {
  schema,
  compile(configuration) {
    const { method, host, ...rest } = configuration as ProxyRewrite
    const changePath = compilePathChange(rest)
    const changeHeaders = compileHeaderChanges(rest.headers)
    return {
      rewrite(call) {
        const captures = changePath(call)
        if (method !== undefined) call.upstream.method = method
        if (host !== undefined) call.upstream.host = host
        changeHeaders(call, captures)
        return undefined
      },
    }
  },
}

/** @returns what sets the new target and gives the captures of the expression that matched */
function compilePathChange(configuration: ProxyRewrite): (call: PluginCall) => Captures {
  const { uri, regex_uri: pairs, use_real_request_uri_unsafe: asWritten = false } = configuration
  if (uri !== undefined) {
    const template = compileTemplate(uri)
    return (call) => {
      call.upstream.target = asWritten ? template(call) : withArguments(call, escaped(template(call)))
      return null
    }
  }
  if (pairs !== undefined) return compileRegexChange(pairs, asWritten)
  return (call) => {
    if (asWritten) call.upstream.target = call.target
    return null
  }
}

function compileRegexChange(pairs: readonly string[], asWritten: boolean): (call: PluginCall) => Captures {
  const rules: [RegExp, Template][] = []
  for (let index = 0; index + 1 < pairs.length; index += 2) {
    rules.push([compilePattern(pairs[index]!), compileTemplate(pairs[index + 1]!)])
  }
  return (call) => {
    const from = asWritten ? call.target : call.path
    for (const [pattern, template] of rules) {
      const captures = pattern.exec(from)
      if (!captures) continue
      const start = captures.index
      const to = from.slice(0, start) + template(call, captures) + from.slice(start + captures[0].length)
      call.upstream.target = asWritten ? to : withArguments(call, escaped(to))
      return captures
    }
    if (asWritten) call.upstream.target = call.target
    return null
  }
}

/** The client's query goes along, behind what the new target already asks. */
function withArguments(call: PluginCall, target: string): string {
  const query = call.variable('query_string')
  if (typeof query !== 'string' || query === '') return target
  return `${target}${target.includes('?') ? '&' : '?'}${query}`
}

/** What may not stand in a request line is escaped; what is escaped already stays so. */
function escaped(target: string): string {
  return target.replace(/[^\x21-\x7e]/gu, encodeURIComponent)
}

function compileHeaderChanges(headers: ProxyRewrite['headers']): (call: PluginCall, captures: Captures) => void {
  if (!headers) return () => {}
  const { add = {}, set = {}, remove = [] } = readHeaderChanges(headers)
  const added = templates(add)
  const replaced = templates(set)
  return (call, captures) => {
    const fields = call.upstream.headers
    for (const [name, template] of added) fields.add(name, template(call, captures))
    for (const name of remove) fields.remove(name)
    for (const [name, template] of replaced) fields.set(name, template(call, captures))
  }
}

function templates(values: Readonly<Record<string, string | number>>): [string, Template][] {
  return Object.entries(values).map(([name, value]) => [name, compileTemplate(value)])
}
