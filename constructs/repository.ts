import type { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy/index.js'
import { Construct } from 'constructs'
import { type Grantee, grant } from './grant.ts'

const PULL = ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer']
const PUSH = ['ecr:CompleteLayerUpload', 'ecr:InitiateLayerUpload', 'ecr:PutImage', 'ecr:UploadLayerPart']

/** A repository of container images in ECR, whoever made it. */
export abstract class Repository extends Construct {
  /** `<account>.dkr.ecr.<region>.amazonaws.com/<name>` */
  abstract readonly url: string
  abstract readonly arn: string

  /** Lets a role pull images. */
  grantPull(grantee: Grantee): IamRolePolicy {
    return this.#grant(grantee, 'pull', PULL)
  }

  /** Lets a role push images, and pull them. */
  grantPush(grantee: Grantee): IamRolePolicy {
    return this.#grant(grantee, 'push', [...PULL, ...PUSH])
  }

  #grant(grantee: Grantee, what: string, actions: readonly string[]): IamRolePolicy {
    return grant(
      this,
      grantee,
      what,
      // AWS ties this one action to no resource.
      { sid: 'LogInToRegistry', actions: ['ecr:GetAuthorizationToken'], resources: ['*'] },
      { sid: 'UseOwnRepository', actions, resources: [this.arn] },
    )
  }
}

export interface ExistingRepositoryProps {
  /** Without a tag: `<account>.dkr.ecr.<region>.amazonaws.com/<name>`. */
  readonly url: string
  /** Of the repository. */
  readonly arn: string
}

/** A repository that somebody else made; `ImageRepository.fromExisting` returns it. */
export class ExistingRepository extends Repository {
  readonly url: string
  readonly arn: string

  constructor(scope: Construct, id: string, { url, arn }: ExistingRepositoryProps) {
    super(scope, id)
    this.url = url
    this.arn = arn
  }
}
