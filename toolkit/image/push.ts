import { type ImageOptions, imageContents } from '../../runtime/image/image-contents.ts'
import { AntipodeError } from '../../runtime/model/errors.ts'
import type { CommandContext } from '../command.ts'
import { dockerOptions } from './build.ts'
import { buildImage } from './build-image.ts'
import { isPushed, push } from './registry.ts'

export interface PushOptions extends ImageOptions {
  readonly repository: string
  /** What was planned. @default whatever it is */
  readonly expectedHash?: string
}

export interface PushedImage {
  readonly image: string
  readonly hash: string
  /** False where the repository held it already. */
  readonly pushed: boolean
}

/**
 * Sees to it that a repository holds the image under its hash. What is there already is neither built nor pushed.
 *
 * @throws AntipodeError IMAGE_CHANGED, DOCKER_UNAVAILABLE, IMAGE_BASE_UNAVAILABLE, IMAGE_BUILD_FAILED, IMAGE_PUSH_REFUSED
 */
export async function pushByHash(options: PushOptions, context: CommandContext): Promise<PushedImage> {
  const { repository, expectedHash } = options
  const contents = imageContents(options)
  const { hash } = contents
  if (expectedHash && expectedHash !== hash) throw new AntipodeError('IMAGE_CHANGED', { expectedHash, hash })
  const image = `${repository}:${hash}`
  const running = dockerOptions(context)
  if (await isPushed(image, { env: context.env, signal: context.signal })) return { image, hash, pushed: false }
  await buildImage(contents, image, running)
  await push(image, running)
  return { image, hash, pushed: true }
}
