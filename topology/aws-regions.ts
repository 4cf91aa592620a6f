import { nearestTo } from '../runtime/model/nearest-word.ts'

/** Regions of AWS by partition. Source: "AWS Regions" of the AWS General Reference, as of November 2025. */
const REGIONS = [
  ...['us-east-1', 'us-east-2', 'us-west-1', 'us-west-2', 'ca-central-1', 'ca-west-1', 'mx-central-1', 'sa-east-1'],
  ...['eu-central-1', 'eu-central-2', 'eu-north-1', 'eu-south-1', 'eu-south-2', 'eu-west-1', 'eu-west-2', 'eu-west-3'],
  ...['ap-east-1', 'ap-east-2', 'ap-northeast-1', 'ap-northeast-2', 'ap-northeast-3', 'ap-south-1', 'ap-south-2'],
  ...['ap-southeast-1', 'ap-southeast-2', 'ap-southeast-3', 'ap-southeast-4', 'ap-southeast-5', 'ap-southeast-6'],
  ...['ap-southeast-7', 'af-south-1', 'il-central-1', 'me-central-1', 'me-south-1'],
  ...['cn-north-1', 'cn-northwest-1', 'us-gov-east-1', 'us-gov-west-1', 'eusc-de-east-1'],
] as const

const KNOWN: ReadonlySet<string> = new Set(REGIONS)

export function isAwsRegion(name: string): boolean {
  return KNOWN.has(name)
}

/** Whether a name is meant to be a region of AWS, known or not. A topology that only runs locally may use any name. */
export function looksLikeAwsRegion(name: string): boolean {
  return /^[a-z]{2,4}(-[a-z]+)+-\d$/.test(name)
}

export function nearestAwsRegion(name: string): string {
  return nearestTo(name, KNOWN) ?? 'us-east-1'
}
