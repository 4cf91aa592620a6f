import type { Backend } from '../backend.ts'
import { DEFAULT_GROUP, groupId } from '../connection/gateway-group.ts'
import { ADMIN, fetchApisix } from './fetcher.ts'
import { apisixRequests } from './operator.ts'
import { validateAtApisix } from './validator.ts'

/** The release that brought credentials of consumers. */
const CREDENTIALS_SINCE = [3, 11] as const

/** Apache APISIX's Admin API, which a control plane of ours answers too. */
export const apisix: Backend = {
  name: 'apisix',
  async ping(client) {
    await client.expect('GET', `${ADMIN}/routes`)
  },
  async open(client, { gatewayGroup }) {
    if (gatewayGroup !== DEFAULT_GROUP) client.useGroup(await groupId(client, { gatewayGroup }))
    // The smallest page there is: only the header is wanted.
    const { headers } = await client.expect('GET', `${ADMIN}/routes?page=1&page_size=10`)
    // A server that does not say which release it is counts as the newest there could be.
    const [, version = '999.999.999'] = /^APISIX\/(\d+\.\d+\.\d+)/.exec(String(headers.server ?? '')) ?? []
    return {
      version,
      fetch: (note) => fetchApisix(client, isSince(version, CREDENTIALS_SINCE), note),
      // What is stored is what was sent, so there is nothing to fill in.
      withDefaults: () => (resource) => resource,
      effective: (changes) => [...changes],
      requests: apisixRequests,
      validate: (local) => validateAtApisix(client, local),
    }
  },
}

function isSince(version: string, [major, minor]: readonly [number, number]): boolean {
  const [ownMajor = 0, ownMinor = 0] = version.split('.').map(Number)
  return ownMajor > major || (ownMajor === major && ownMinor >= minor)
}
