import type { Command } from 'commander'
import type { ImageOptions } from '../../runtime/image/image-contents.ts'
import { type CommandContext, flag } from '../command.ts'

interface BuildFlags extends ImageOptions {
  readonly tag?: string
}

interface PushFlags extends ImageOptions {
  readonly repository: string
  readonly expectedHash?: string
}

/** `image`: the container image of the runtime. */
export function addImageCommands(program: Command, context: CommandContext): void {
  const image = program
    .command('image')
    .summary("the runtime's container image")
    .description("Builds the runtime's container image, and pushes it under the hash of its contents.")
    .addHelpText('after', '\nExample:\n  antipode image build')

  describe(image.command('build'), 'build it with Docker')
    .description('Builds the image with the Docker engine of this machine.')
    .addOption(flag('--tag <name>', 'what to call it').default(undefined, 'antipode:<hash>'))
    .addHelpText('after', '\nExample:\n  antipode image build --tag antipode:test')
    .action(async (flags: BuildFlags) => {
      const { build } = await import('./build.ts')
      const { image, hash, bytes } = await build(flags, context)
      context.result({ image, hash, bytes })
      context.say(`${image}  ${(bytes / 1e6).toFixed(1)} MB`)
    })

  describe(image.command('push'), 'build it and push it under its hash')
    .description(
      'Pushes the image as <repository>:<hash>, and builds it first, unless the repository holds it already. Docker’s own log-ins are used; where ECR asks for one, `aws ecr get-login-password` is tried.',
    )
    .addOption(flag('--repository <name>', 'where to').makeOptionMandatory())
    .addOption(flag('--expected-hash <hash>', 'refuse to push anything else'))
    .addHelpText(
      'after',
      '\nExample:\n  antipode image push --repository 123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/antipode',
    )
    .action(async (flags: PushFlags) => {
      const { pushByHash } = await import('./push.ts')
      const { image, hash, pushed } = await pushByHash(flags, context)
      context.result({ image, hash, pushed })
      context.say(pushed ? `${image} was pushed` : `${image} is there already`)
    })

  describe(image.command('hash'), 'print the hash of its contents')
    .description('Prints the hash of what the image would be made of: its tag. It needs no Docker.')
    .addHelpText('after', '\nExample:\n  antipode image hash')
    .action(async (flags: ImageOptions) => {
      const { imageContents } = await import('../../runtime/image/image-contents.ts')
      const { hash } = imageContents(flags)
      context.result({ hash })
      context.say(hash)
    })
}

/** The flags that decide what is in the image. */
function describe(command: Command, summary: string): Command {
  return command
    .summary(summary)
    .addOption(flag('--base <image>', 'an image with Node 22 or newer').default(undefined, 'distroless Node 22'))
    .addOption(flag('--platform <platform>', 'what it runs on').default(undefined, 'linux/amd64'))
}
