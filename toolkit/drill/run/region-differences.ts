import type { AdminRegion } from '../writes/admin-region.ts'

/** How another room compares what several Admin APIs hold: `east=https://…,west=https://…`, and a key for each. */
export type CompareControlPlanes = (
  servers: string,
  token: string | undefined,
) => Promise<{
  readonly differences: readonly { readonly region: string; readonly against: string; readonly what: string }[]
  readonly failed: readonly { readonly region: string; readonly reason: string }[]
}>

/** How the configurations of regions differ, resource by resource; empty when they are equal. */
export async function describeDifferences(
  regions: readonly AdminRegion[],
  compare: CompareControlPlanes,
): Promise<string> {
  const servers = regions.map(({ name, admin }) => `${name}=${admin}`).join()
  const keys = regions.map(({ adminKey }) => adminKey ?? 'none').join()
  const { differences, failed } = await compare(servers, keys)
  return [
    ...differences.map(({ region, against, what }) => `${region} against ${against}: ${what}`),
    ...failed.map(({ region, reason }) => `${region} could not be asked: ${reason}`),
  ].join('; ')
}
