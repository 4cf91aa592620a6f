import type { AwsApi } from '../../../../toolkit/drill/live/aws-api.ts'

/** A network as the stacks make it, with the ACL that AWS gives each. */
export async function makeVpc(api: AwsApi, region: string, name: string, cidr: string): Promise<void> {
  const tags = [{ ResourceType: 'vpc' as const, Tags: [{ Key: 'Name', Value: name }] }]
  await api.ec2(region, (ec2, sdk) => {
    return ec2.send(new sdk.CreateVpcCommand({ CidrBlock: cidr, TagSpecifications: tags }))
  })
}
