import { EcrLifecyclePolicy } from '@cdktf/provider-aws/lib/ecr-lifecycle-policy/index.js'
import { EcrRepository } from '@cdktf/provider-aws/lib/ecr-repository/index.js'
import type { IamRole } from '@cdktf/provider-aws/lib/iam-role/index.js'
import type { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy/index.js'
import { Construct } from 'constructs'
import { grant } from './grant.ts'
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

const PULL = ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer']
const PUSH = ['ecr:CompleteLayerUpload', 'ecr:InitiateLayerUpload', 'ecr:PutImage', 'ecr:UploadLayerPart']

/** Where a region's own container images live, so that it can start tasks while every other region is gone. */
export class ImageRepository extends Construct {
  readonly repository: EcrRepository
  readonly lifecyclePolicy: EcrLifecyclePolicy

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

  /** Lets a role pull images. */
  grantPull(role: IamRole): IamRolePolicy {
    return this.#grant(role, 'pull', PULL)
  }

  /** Lets a role push images, and pull them. */
  grantPush(role: IamRole): IamRolePolicy {
    return this.#grant(role, 'push', [...PULL, ...PUSH])
  }

  #grant(role: IamRole, what: string, actions: readonly string[]): IamRolePolicy {
    return grant(
      this,
      role,
      what,
      // AWS ties this one action to no resource.
      { sid: 'LogInToRegistry', actions: ['ecr:GetAuthorizationToken'], resources: ['*'] },
      { sid: 'UseOwnRepository', actions, resources: [this.repository.arn] },
    )
  }
}
