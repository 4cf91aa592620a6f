import { EcrLifecyclePolicy } from '@cdktf/provider-aws/lib/ecr-lifecycle-policy/index.js'
import { EcrRepository } from '@cdktf/provider-aws/lib/ecr-repository/index.js'
import { Construct } from 'constructs'

export interface ImageRepositoryProps {
  readonly name: string
  /** ARN of the key of the region. */
  readonly keyArn: string
  /** How many images are kept. @default 50 */
  readonly kept?: number
}

/** Where a region's own container images live, so that it can start tasks while every other region is gone. */
export class ImageRepository extends Construct {
  readonly repository: EcrRepository
  readonly lifecyclePolicy: EcrLifecyclePolicy

  constructor(scope: Construct, id: string, { name, keyArn, kept = 50 }: ImageRepositoryProps) {
    super(scope, id)
    this.repository = new EcrRepository(this, 'repository', {
      name,
      imageTagMutability: 'IMMUTABLE',
      imageScanningConfiguration: { scanOnPush: true },
      encryptionConfiguration: [{ encryptionType: 'KMS', kmsKey: keyArn }],
    })
    this.lifecyclePolicy = new EcrLifecyclePolicy(this, 'lifecycle', {
      repository: this.repository.name,
      policy: JSON.stringify({
        rules: [
          {
            rulePriority: 1,
            description: `Keep the last ${kept}`,
            selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: kept },
            action: { type: 'expire' },
          },
        ],
      }),
    })
  }
}
