import type { RuntimeImageProps } from '../constructs/index.ts'

/**
 * Which image of the runtime a topology runs: built and pushed into each region's repository during deployment, or one
 * that was pushed before, into each region's repository `<topology>/antipode` or anywhere.
 */
export type ImageSource =
  | Pick<RuntimeImageProps, 'base' | 'command' | 'hash'>
  /** `sha256:…`, in each region's repository. */
  | { readonly digest: string }
  /** In each region's repository. */
  | { readonly tag: string }
  /** The whole name; with the ARN of its repository where that is in ECR. */
  | { readonly reference: string; readonly repositoryArn?: string }
