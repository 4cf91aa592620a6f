import type { AwsProvider } from '@cdktf/provider-aws/lib/provider/index.js'
import { TerraformStack, Token } from 'cdktf'
import type { Construct } from 'constructs'
import { parseCidr } from '../topology/cidr.ts'
import type { PropProblems } from './invalid-prop.ts'
import type { Network } from './network.ts'

// Each rule says what is wrong with a value and what to use, or nothing. What Terraform only learns at apply passes.

const REGION = /^[a-z]{2}(-[a-z]+)+-\d$/

/** The region of the stack's provider, where it is written down as text. */
export function declaredRegion(scope: Construct): string | undefined {
  const providers = TerraformStack.of(scope).node.children as readonly Partial<AwsProvider>[]
  const own = providers.find(({ terraformResourceType, alias }) => terraformResourceType === 'aws' && !alias)
  return own?.region && REGION.test(own.region) ? own.region : undefined
}

/** The region that an ARN names. @returns undefined for ARNs that name none, or only at apply */
export function regionOfArn(arn: string): string | undefined {
  const region = arn.split(':')[3] ?? ''
  return REGION.test(region) ? region : undefined
}

/** A key that encrypts what is in this stack has to be of the stack's region. */
export function keyProblem(scope: Construct, keyArn: string): string | undefined {
  const problem = arnProblem(keyArn)
  if (problem) return problem
  const [here, there] = [declaredRegion(scope), regionOfArn(keyArn)]
  if (!here || !there || here === there) return undefined
  return `is a key of ${there}; use one of ${here}, where it has to encrypt`
}

export function arnProblem(arn: string): string | undefined {
  if (arn.startsWith('arn:') || Token.isUnresolved(arn)) return undefined
  return `'${arn}' is no ARN; use one like arn:aws:…`
}

export function wholeNumberProblem(value: number, least: number, most: number = Infinity): string | undefined {
  if (Token.isUnresolved(value) || (Number.isInteger(value) && value >= least && value <= most)) return undefined
  const range = most === Infinity ? `${least} or more` : `${least} to ${most}`
  return `${value} cannot be; use a whole number, ${range}`
}

/** A range of callers. Anybody at all is no range. */
function callersProblem(cidr: string): string | undefined {
  if (Token.isUnresolved(cidr)) return undefined
  const network = parseCidr(cidr)
  if (!network) return `'${cidr}' is no range of addresses; use one like 10.0.0.0/8`
  if (network.prefix === 0) return `'${cidr}' is anybody; name the networks that may call`
  return undefined
}

/** The same for a list of ranges, by the path of each. */
export function callersProblems(prop: string, cidrs: readonly string[] = []): PropProblems {
  return Object.fromEntries(cidrs.map((cidr, index) => [`${prop}.${index}`, callersProblem(cidr)]))
}

/** RDS spreads a database over zones, and refuses a group of subnets in one. */
export function zonesProblem({ privateSubnetIds }: Network, least = 2): string | undefined {
  if (privateSubnetIds.length >= least) return undefined
  return `names ${privateSubnetIds.length}; use private subnets in ${least} zones or more`
}

/** The numbers of days that CloudWatch keeps logs for; it takes no others. */
const RETENTIONS: readonly number[] = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
]

export function retentionProblem(days: number): string | undefined {
  if (Token.isUnresolved(days) || RETENTIONS.includes(days)) return undefined
  return `${days} is no number of days that CloudWatch keeps logs for; use ${RETENTIONS.find((it) => it > days) ?? 3653}`
}
