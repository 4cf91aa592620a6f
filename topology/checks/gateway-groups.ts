import type { Check } from './check.ts'

/** Data planes belong to the group `default` unless they are told another. */
export const gatewayGroups: Check = ({ gatewayGroups }) => {
  const names = Object.keys(gatewayGroups ?? { default: {} })
  if (names.includes('default')) return []
  const received = names.length > 0 ? `has only ${names.join(', ')}` : 'is empty'
  return [{ path: 'gatewayGroups', text: `${received}; add default: {}, which data planes belong to unless told` }]
}
