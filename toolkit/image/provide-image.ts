import { imageContents } from '../../runtime/image/image-contents.ts'
import { STATE_FOLDER, USER } from '../../runtime/image/layout.ts'
import { AntipodeError } from '../../runtime/model/errors.ts'
import type { CommandContext } from '../command.ts'
import { dockerOptions } from './build.ts'
import { buildImage } from './build-image.ts'
import { type DockerOptions, docker } from './docker.ts'
import { makeMachineBase } from './machine-base.ts'

/** An image that this machine's engine holds, and what whoever runs it has to know. */
export interface ProvidedImage {
  readonly name: string
  readonly stateFolder: string
  /** `uid:gid` */
  readonly user: string
}

/**
 * The image of this package's own runtime for this machine, built where the engine does not hold it: on the default
 * base, or, where no registry gives that, on this machine's own Node.
 *
 * @param named an image that is there already, to be taken instead
 * @throws AntipodeError DOCKER_UNAVAILABLE, IMAGE_BASE_UNAVAILABLE, IMAGE_BUILD_FAILED
 */
export async function provideImage(named: string | undefined, context: CommandContext): Promise<ProvidedImage> {
  const layout = { stateFolder: STATE_FOLDER, user: USER }
  if (named !== undefined) return { name: named, ...layout }
  const { env, signal, progress } = context
  try {
    return { name: await provideOn(undefined, context), ...layout }
  } catch (error) {
    if (!(error instanceof AntipodeError && error.code === 'IMAGE_BASE_UNAVAILABLE')) throw error
    progress(`${error.details.reason}; the image is built on the Node of this machine instead`)
    const base = await makeMachineBase({ env, signal })
    return { name: await provideOn(base, context), ...layout }
  }
}

async function provideOn(base: string | undefined, context: CommandContext): Promise<string> {
  const platform = `linux/${process.arch === 'x64' ? 'amd64' : process.arch}`
  const contents = imageContents({ platform, ...(base && { base }) })
  const name = `antipode:${contents.hash}`
  const running: DockerOptions = { env: context.env, signal: context.signal }
  const { ok } = await docker(['image', 'inspect', '--format', '{{.Id}}', name], running)
  if (!ok) await buildImage(contents, name, dockerOptions(context))
  return name
}
