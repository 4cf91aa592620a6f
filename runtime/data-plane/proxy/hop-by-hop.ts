/** Fields that concern one connection only (RFC 9110 section 7.6.1), and what nobody may name there. */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
])
const NEVER_REMOVED = new Set(['host', 'content-length', 'content-type'])

export function isHopByHop(lowerCaseName: string): boolean {
  return HOP_BY_HOP.has(lowerCaseName)
}

/** The further fields that a `Connection` field declares to be for this connection only. */
export function listedInConnection(value: string | undefined): Set<string> | undefined {
  if (value === undefined || value === 'keep-alive' || value === 'close') return undefined
  const names = value.split(',').map((name) => name.trim().toLowerCase())
  return new Set(names.filter((name) => name !== '' && !NEVER_REMOVED.has(name)))
}
