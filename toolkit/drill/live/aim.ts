import type { CompiledDrill } from '../compile/compile-drill.ts'
import type { AwsApi } from './aws-api.ts'
import { type AclRule, denialsOf } from './denials.ts'
import type { AimedFault } from './live-carrier.ts'
import { findRegionAcl, placeRules } from './network-acl.ts'

/**
 * Finds the networks that a drill's faults concern, and gives every rule its place there. Touches nothing.
 *
 * @returns for each fault, in its order, what is to be done
 * @throws AntipodeError DRILL_NOT_STARTED where a network is not as the stacks make it
 */
export async function aimFaults({ faults, topology }: CompiledDrill, api: AwsApi): Promise<AimedFault[]> {
  const denials = faults.map(({ plan }) => {
    const found = denialsOf(plan, topology)
    // Refused when the drill was compiled.
    return 'instead' in found ? [] : found
  })
  const regions = [...new Set(denials.flat().map(({ region }) => region))]
  const networks = new Map(
    await Promise.all(
      regions.map(async (region) => {
        const name = `${topology.name}-${region}`
        const acl = await findRegionAcl(api, region, name, topology.regions[region]?.network ?? '')
        const rules = denials.flat().flatMap((denial): readonly AclRule[] => {
          return denial.region === region ? denial.rules : []
        })
        return [region, { acl, free: await placeRules(api, acl, rules) }] as const
      }),
    ),
  )
  return faults.map(({ fault }, index) => ({
    name: fault.name,
    aims: (denials[index] ?? []).map(({ region, rules }) => {
      const { acl, free } = networks.get(region)!
      // Faults of one region follow each other in one list.
      return { acl, entries: free.splice(0, rules.length) }
    }),
  }))
}
