import { EcrLifecyclePolicy } from '@cdktf/provider-aws/lib/ecr-lifecycle-policy/index.js'
import { EcrRepository } from '@cdktf/provider-aws/lib/ecr-repository/index.js'
import type { Construct } from 'constructs'
import { ExistingRepository, type ExistingRepositoryProps, Repository } from './repository.ts'
import { type Transform, transform } from './transform.ts'

export interface ImageRepositoryProps {
  readonly name: string
  /** ARN of the key of the region. */
  readonly keyArn: string
  /** How many images are kept. @default 50 */
  readonly kept?: number
  /** Changes to inner resources. @default none */
  readonly transform?: Transform<ImageRepository>
}

/** Where a region's own container images live, so that it can start tasks while every other region is gone. */
export class ImageRepository extends Repository {
  readonly repository: EcrRepository
  readonly lifecyclePolicy: EcrLifecyclePolicy

  /** Uses a repository that somebody else made. */
  static fromExisting(scope: Construct, id: string, props: ExistingRepositoryProps): Repository {
    return new ExistingRepository(scope, id, props)
  }

  constructor(scope: Construct, id: string, props: ImageRepositoryProps) {
    super(scope, id)
    const { name, keyArn, kept = 50 } = props
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
    transform(this, props.transform)
  }

  get url(): string {
    return this.repository.repositoryUrl
  }

  get arn(): string {
    return this.repository.arn
  }
}
