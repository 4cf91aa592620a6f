import type { CommandContext } from '../command.ts'
import { gather, type ReviewParts, type ReviewRequest } from './gather.ts'
import { review } from './review.ts'
import { postureLine } from './sections/recovery.ts'

export async function watch(request: ReviewRequest, parts: ReviewParts, context: CommandContext): Promise<void> {
  context.say(postureLine(review(await gather(request, parts))))
}
