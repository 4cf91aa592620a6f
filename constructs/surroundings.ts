import { DataAwsCallerIdentity } from '@cdktf/provider-aws/lib/data-aws-caller-identity/index.js'
import { DataAwsPartition } from '@cdktf/provider-aws/lib/data-aws-partition/index.js'
import { DataAwsRegion } from '@cdktf/provider-aws/lib/data-aws-region/index.js'
import { TerraformStack } from 'cdktf'
import { Construct } from 'constructs'

const ID = 'surroundings'

/** Account, partition and region that a stack is deployed into, read from its provider; one per stack. */
export class Surroundings extends Construct {
  readonly #identity: DataAwsCallerIdentity
  readonly #partition: DataAwsPartition
  readonly #region: DataAwsRegion

  /** The surroundings of the stack that this construct belongs to. */
  static of(scope: Construct): Surroundings {
    const stack = TerraformStack.of(scope)
    return (stack.node.tryFindChild(ID) as Surroundings | undefined) ?? new Surroundings(stack, ID)
  }

  constructor(scope: Construct, id: string) {
    super(scope, id)
    this.#identity = new DataAwsCallerIdentity(this, 'identity')
    this.#partition = new DataAwsPartition(this, 'partition')
    this.#region = new DataAwsRegion(this, 'region')
  }

  get account(): string {
    return this.#identity.accountId
  }

  get region(): string {
    return this.#region.region
  }

  get partition(): string {
    return this.#partition.partition
  }

  /**
   * An ARN made from names, so that nobody has to read another stack's state for it.
   * @param region @default the stack's own
   */
  arn(service: string, resource: string, region: string = this.region): string {
    return `arn:${this.partition}:${service}:${region}:${this.account}:${resource}`
  }
}
