import type { EngineApi } from './engine-api.ts'
import { RUN_LABEL } from './remove-run.ts'

/** The network of one region. */
export interface RegionNetwork {
  readonly name: string
  /** CIDR. */
  readonly subnet: string
  /** The address of this machine in it. */
  readonly gateway: string
}

/** Makes a network that only this run's containers of one region join. */
export async function createNetwork(api: EngineApi, run: string, region: string): Promise<RegionNetwork> {
  const name = `antipode-${run.slice(0, 8)}-${region}`
  const labels = { [RUN_LABEL]: run, 'antipode.region': region }
  const { Id } = await api.call<{ Id: string }>('POST', '/networks/create', {
    ...{ Name: name, Driver: 'bridge', Labels: labels, CheckDuplicate: true },
  })
  const { IPAM } = await api.call<{ IPAM: { Config: { Subnet: string; Gateway: string }[] } }>('GET', `/networks/${Id}`)
  const [{ Subnet, Gateway }] = IPAM.Config as [{ Subnet: string; Gateway: string }]
  return { name, subnet: Subnet, gateway: Gateway }
}
