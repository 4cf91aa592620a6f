import type { NetworkAclEntry } from '@aws-sdk/client-ec2'
import { AntipodeError } from '../../../runtime/model/errors.ts'
import { type AwsApi, AwsRefusal } from './aws-api.ts'
import type { AclRule } from './denials.ts'

/** The network of a region, and the one ACL that all its subnets share. */
export interface RegionAcl {
  readonly region: string
  readonly vpc: string
  readonly cidr: string
  /** `acl-0a1b2c3d4e5f60718` */
  readonly id: string
}

/** A rule at its place; AWS goes by the lowest number that fits a packet. */
export interface AclEntry extends AclRule {
  readonly number: number
}

/** A call that takes a rule back: as a journal keeps it, and as EventBridge Scheduler is handed it. */
export interface AclUndo {
  readonly do: 'DeleteNetworkAclEntry'
  readonly region: string
  readonly input: { readonly NetworkAclId: string; readonly RuleNumber: number; readonly Egress: false }
  /** The rule that is to go; another one at its place is left alone. */
  readonly entry: AclEntry
}

const TCP = '6'
const ALL = '-1'

/** @throws AntipodeError DRILL_NOT_STARTED where there is not exactly one network, with one ACL that lets all in */
export async function findRegionAcl(api: AwsApi, region: string, name: string, cidr: string): Promise<RegionAcl> {
  const named = [
    { Name: 'cidr', Values: [cidr] },
    { Name: 'tag:Name', Values: [name] },
  ]
  const { Vpcs: vpcs = [] } = await api.ec2(region, (ec2, sdk) => {
    return ec2.send(new sdk.DescribeVpcsCommand({ Filters: named }))
  })
  const [vpc] = vpcs.map(({ VpcId: id }) => id)
  if (vpcs.length !== 1 || !vpc) {
    throw notStarted(`${region} has ${vpcs.length} networks of ${cidr} that are called ${name}`)
  }
  const { NetworkAcls: acls = [] } = await api.ec2(region, (ec2, sdk) => {
    return ec2.send(new sdk.DescribeNetworkAclsCommand({ Filters: [{ Name: 'vpc-id', Values: [vpc] }] }))
  })
  const [id] = acls.map(({ NetworkAclId }) => NetworkAclId)
  if (acls.length !== 1 || !id) {
    throw notStarted(`the network ${vpc} of ${region} has ${acls.length} network ACLs, and a drill knows what one does`)
  }
  return { region, vpc, cidr, id }
}

/** The rules of what comes in, lowest number first. */
export async function entriesOf(api: AwsApi, { region, id }: Pick<RegionAcl, 'region' | 'id'>): Promise<AclEntry[]> {
  const { NetworkAcls: acls = [] } = await api.ec2(region, (ec2, sdk) => {
    return ec2.send(new sdk.DescribeNetworkAclsCommand({ NetworkAclIds: [id] }))
  })
  return acls
    .flatMap(({ Entries: entries = [] }) => entries)
    .filter(({ Egress: isOutgoing }) => !isOutgoing)
    .map(readEntry)
    .sort((a, b) => a.number - b.number)
}

/**
 * Gives rules their places, before all that is there.
 *
 * @throws AntipodeError DRILL_NOT_STARTED where the ACL does more than let everything in, as when a drill has left rules
 */
export async function placeRules(api: AwsApi, acl: RegionAcl, rules: readonly AclRule[]): Promise<AclEntry[]> {
  const [first] = await entriesOf(api, acl)
  if (first?.action !== 'allow' || first.port !== null || first.from !== '0.0.0.0/0' || first.number <= rules.length) {
    const found = first ? `begins with the rule ${first.number}, ${first.action} from ${first.from}` : 'lets nothing in'
    throw notStarted(
      `the network ACL ${acl.id} of ${acl.region} ${found}, and a drill touches one alone that lets everything in from a rule ${rules.length + 1} or later; what a drill left is taken back by \`antipode drill heal\``,
    )
  }
  return rules.map((rule, index) => ({ ...rule, number: index + 1 }))
}

/** @throws AwsRefusal NetworkAclEntryAlreadyExists where somebody was first */
export async function addEntry(api: AwsApi, { region, id }: RegionAcl, entry: AclEntry): Promise<void> {
  const { number, action, port, from } = entry
  const rule = {
    ...{ NetworkAclId: id, RuleNumber: number, RuleAction: action, Egress: false, CidrBlock: from },
    ...(port === null ? { Protocol: ALL } : { Protocol: TCP, PortRange: { From: port, To: port } }),
  }
  // Asked for a second time, one that was made without an answer would look like somebody else's.
  await api.ec2(region, (ec2, sdk) => ec2.send(new sdk.CreateNetworkAclEntryCommand(rule)), 1)
}

export function undoOf({ region, id }: RegionAcl, entry: AclEntry): AclUndo {
  const input = { NetworkAclId: id, RuleNumber: entry.number, Egress: false } as const
  return { do: 'DeleteNetworkAclEntry', region, input, entry }
}

/** Takes a rule back; one that is gone already is left at that. */
export async function carryOutUndo(api: AwsApi, { region, input, entry }: AclUndo): Promise<void> {
  const there = await entriesOf(api, { region, id: input.NetworkAclId })
  if (!there.some((found) => sameEntry(found, entry))) return
  try {
    await api.ec2(region, (ec2, sdk) => ec2.send(new sdk.DeleteNetworkAclEntryCommand(input)))
  } catch (error) {
    // The Scheduler was first.
    if (error instanceof AwsRefusal && error.awsCode === 'InvalidNetworkAclEntry.NotFound') return
    throw error
  }
}

export function sameEntry(one: AclEntry, other: AclEntry): boolean {
  return (['number', 'action', 'port', 'from'] as const).every((field) => one[field] === other[field])
}

function readEntry({ RuleNumber, RuleAction, Protocol, PortRange, CidrBlock }: NetworkAclEntry): AclEntry {
  return {
    number: RuleNumber ?? 0,
    action: RuleAction === 'allow' ? 'allow' : 'deny',
    port: Protocol === ALL ? null : (PortRange?.From ?? null),
    from: CidrBlock ?? '',
  }
}

function notStarted(reason: string): AntipodeError {
  return new AntipodeError('DRILL_NOT_STARTED', { reason })
}
