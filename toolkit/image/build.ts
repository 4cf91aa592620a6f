import { type ImageOptions, imageContents } from '../../runtime/image/image-contents.ts'
import { AntipodeError } from '../../runtime/model/errors.ts'
import type { CommandContext } from '../command.ts'
import { buildImage } from './build-image.ts'
import { type DockerOptions, docker, lastLine } from './docker.ts'

export interface BuiltImage {
  readonly image: string
  readonly hash: string
  /** Unpacked, with its base. */
  readonly bytes: number
}

/** Builds the image for this machine's engine, under a name of the caller's or its hash. */
export async function build(
  { tag, ...options }: ImageOptions & { readonly tag?: string },
  context: CommandContext,
): Promise<BuiltImage> {
  const contents = imageContents(options)
  const image = tag ?? `antipode:${contents.hash}`
  const running = dockerOptions(context)
  await buildImage(contents, image, running)
  const { ok, stdout, stderr } = await docker(['image', 'inspect', '--format', '{{.Size}}', image], {
    env: context.env,
    signal: context.signal,
  })
  if (!ok) throw new AntipodeError('IMAGE_BUILD_FAILED', { base: contents.base, reason: lastLine(stderr) })
  return { image, hash: contents.hash, bytes: Number(stdout) }
}

/** Docker in the surroundings of a command, heard while it works. */
export function dockerOptions({ env, signal, progress }: CommandContext): DockerOptions {
  return { env, signal, progress }
}
