import { TerraformResource } from 'cdktf'
import type { Construct } from 'constructs'
import { imageHash } from '../runtime/image/image-contents.ts'
import { ExistingImage, type ExistingImageProps, Image } from './image.ts'
import type { Repository } from './repository.ts'
import { type Transform, transform } from './transform.ts'

/**
 * The app's context that pins the hash of every runtime image, as `CDKTF_CONTEXT_JSON='{"antipode:image-hash":"…"}'`:
 * what deploys no image, such as a local run, need not bundle the runtime to synthesise.
 */
export const IMAGE_HASH_CONTEXT = 'antipode:image-hash'

export interface RuntimeImageProps {
  /** Where it is pushed to: a repository of the region whose tasks pull it. */
  readonly repository: Repository
  /** An image with Node 22 or newer; name a digest to pin it. @default 'gcr.io/distroless/nodejs22-debian12' */
  readonly base?: string
  /** What `antipode image hash` prints. @default context `antipode:image-hash`, else computed from this package's runtime */
  readonly hash?: string
  /** How the machine that deploys calls this package. @default 'npx --no-install antipode' */
  readonly command?: string
  /** Changes to inner resources. @default none */
  readonly transform?: Transform<RuntimeImage>
}

/**
 * The runtime of this package as a container image: built and pushed during deployment by `antipode image push`, which
 * needs Docker on the machine that deploys. Its tag is the hash of all it is made of. So a changed runtime rolls the
 * tasks with the next deployment, and one that the repository holds already is neither built nor pushed.
 *
 * Each region gets its own push into its own repository. Replication of ECR would carry over only what is pushed after
 * it was configured, and would make a region's deployment wait for another region's.
 */
export class RuntimeImage extends Image {
  readonly repositoryArn: string
  readonly push: TerraformResource

  /** Uses an image that was built and pushed already; nothing needs Docker then. */
  static fromExisting(scope: Construct, id: string, props: ExistingImageProps): Image {
    return new ExistingImage(scope, id, props)
  }

  constructor(scope: Construct, id: string, props: RuntimeImageProps) {
    super(scope, id)
    const { repository, base, command = 'npx --no-install antipode' } = props
    const pinned: string | undefined = props.hash ?? this.node.tryGetContext(IMAGE_HASH_CONTEXT)
    const hash = pinned ?? imageHash(base === undefined ? {} : { base })
    const image = `${repository.url}:${hash}`
    this.repositoryArn = repository.arn
    // CDKTF's own class of it runs `terraform version` whenever a stack is synthesised.
    this.push = new TerraformResource(this, 'push', {
      terraformResourceType: 'terraform_data',
      provisioners: [
        {
          type: 'local-exec',
          command: `${command} image push`,
          environment: {
            ANTIPODE_REPOSITORY: repository.url,
            // Between synthesis and deployment somebody may have changed the runtime.
            ANTIPODE_EXPECTED_HASH: hash,
            ...(base !== undefined && { ANTIPODE_BASE: base }),
          },
        },
      ],
    })
    this.push.addOverride('input', { image })
    this.push.addOverride('triggers_replace', { image })
    transform(this, props.transform)
  }

  /** Known once it was pushed, so that whoever names it waits for that. */
  get reference(): string {
    return this.push.getStringAttribute('output.image')
  }
}
