/**
 * APISIX runs Lua that a resource carries. Nothing here can, and to store it would be to promise a condition that is
 * never asked: so it is refused, with what to use instead.
 */
const LUA_FIELDS: Readonly<Record<string, string>> = {
  filter_func: 'express the condition with "vars", for example [["arg_name","==","json"]]',
  script: 'use "plugins"',
  script_id: 'use "plugins" or "plugin_config_id"',
  pre_function: 'express the condition with "_meta.filter"',
}

/** Returns why a value that carries Lua is refused, or undefined. */
export function refuseLua(value: Readonly<Record<string, unknown>>): string | undefined {
  const field = Object.keys(LUA_FIELDS).find((name) => value[name] !== undefined)
  return field && `"${field}" holds Lua, which Antipode does not run: ${LUA_FIELDS[field]}`
}
