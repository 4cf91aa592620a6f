import { resourceName } from './resource-name.ts'

/** `payments-us-east-1-g2`: known without asking anybody, so that other regions can make its ARN. */
export function postgresIdentifier(name: string, generation: number): string {
  return `${resourceName(58, name)}-g${generation}`
}
