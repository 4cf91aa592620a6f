import type { Problem } from '../problem.ts'
import type { Check } from './check.ts'

/** The share of a lease by which two clocks may have drifted apart, as control planes reckon with it. */
const CLOCK_MARGIN = 0.1
const LONGEST = 3_600

/** A region acts without an operator only where that loses nothing, and asks somebody who is in neither region. */
export const automaticFailover: Check = ({ mode, database, failover, regions }) => {
  const automatic = failover?.automatic
  if (automatic === undefined || mode === undefined) return []
  const problems: Problem[] = []
  const add = (key: string, text: string) => problems.push({ path: `failover.automatic${key}`, text })
  const { after, solo, witness } = automatic
  const { commit, replication, lease } = database ?? {}
  if (mode !== 'active-passive') {
    add('', 'moves the right to write of a pair, and in active-active each region writes; remove it')
    return problems
  }
  if (commit === 'local') {
    add('', "loses what database.commit 'local' acknowledged before the standby held it; write commit 'confirmed'")
  }
  if (replication === 'logical') {
    add('', "promotes a replica, and database.replication 'logical' has none; remove it")
  }
  const least = (lease?.seconds ?? 0) * (1 + CLOCK_MARGIN)
  if (after !== undefined && (after.seconds < least || after.seconds > LONGEST)) {
    add('.after', `${after} is out of bounds; write more than the lease of ${lease} and a tenth of it, at most 1 h`)
  }
  if (solo === true && witness === null) {
    add('.solo', 'true lets both regions of a pair write when the link between them is cut; name a witness as well')
  }
  if (!witness) return problems
  const { url = '', region, endpoint } = witness
  if (!/^(https:\/\/.+|s3:\/\/[^/]+\/.*[^/])$/.test(url)) {
    add('.witness.url', `${JSON.stringify(url)} is no witness; write s3://bucket/key, or https://…`)
  } else if (url.startsWith('s3:') && region === null && endpoint === null) {
    add('.witness.region', 'null leaves open where the bucket is; write a region that is neither of the two')
  }
  if (region && regions?.[region]?.database !== null && region in (regions ?? {})) {
    add('.witness.region', `'${region}' is lost together with what it is to judge; use a bucket of another region`)
  }
  return problems
}
