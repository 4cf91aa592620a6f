import { Token } from 'cdktf'
import { Construct } from 'constructs'
import { invalidProp } from './invalid-prop.ts'
import type { Repository } from './repository.ts'

/** The runtime's container image as the tasks of one region know it, whoever built it. */
export abstract class Image extends Construct {
  /** What tasks name. Whoever uses it waits until it is there. */
  abstract readonly reference: string
  /** Of the repository that tasks have to be let into; undefined where anybody may pull. */
  abstract readonly repositoryArn: string | undefined
}

/** An image that was built and pushed already. It has to be one that `antipode image build` made. */
export type ExistingImageProps =
  | {
      readonly repository: Repository
      /** `sha256:…`, as `docker push` prints it: names one image for ever. */
      readonly digest: string
    }
  | { readonly repository: Repository; readonly tag: string }
  | {
      /** The whole name, `registry.example/antipode@sha256:…`. */
      readonly reference: string
      /** Of the repository in ECR that holds it. @default none: anybody may pull */
      readonly repositoryArn?: string
    }

const DIGEST = /^sha256:[0-9a-f]{64}$/
const TAG = /^\w[\w.-]{0,127}$/

/** An image that somebody else built; `RuntimeImage.fromExisting` returns it. */
export class ExistingImage extends Image {
  readonly reference: string
  readonly repositoryArn: string | undefined

  /** @throws AntipodeError CONSTRUCT_INVALID */
  constructor(scope: Construct, id: string, props: ExistingImageProps) {
    super(scope, id)
    if ('reference' in props) {
      this.reference = props.reference
      this.repositoryArn = props.repositoryArn
      return
    }
    const { url, arn } = props.repository
    this.repositoryArn = arn
    if ('digest' in props) {
      this.#refuse('digest', props.digest, DIGEST, 'no digest; use one like sha256:4f1c…, 64 digits')
      this.reference = `${url}@${props.digest}`
    } else {
      this.#refuse('tag', props.tag, TAG, 'no tag; use letters, digits, dots, dashes and underscores')
      this.reference = `${url}:${props.tag}`
    }
  }

  #refuse(prop: string, value: string, pattern: RegExp, problem: string): void {
    if (!Token.isUnresolved(value) && !pattern.test(value)) throw invalidProp(this, prop, `'${value}' is ${problem}`)
  }
}
