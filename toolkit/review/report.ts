import { RUNTIME_VERSION } from '../../runtime/model/runtime-version.ts'
import { commentOf } from './markdown/comment.ts'
import type { Review } from './review.ts'
import { sarifOf } from './sarif.ts'
import { twinOf } from './twin.ts'
import { EXITS } from './verdict.ts'

/** A review as files and as the command's own answer. */
export interface ReviewReport {
  readonly texts: { readonly output: string; readonly twin: string; readonly sarif: string }
  readonly result: object
  readonly exit: 0 | 2 | 3
}

export function reportReview(review: Review): ReviewReport {
  const result = twinOf(review)
  return {
    texts: {
      output: commentOf(review),
      twin: `${JSON.stringify(result, null, 2)}\n`,
      sarif: `${JSON.stringify(sarifOf(review, RUNTIME_VERSION), null, 2)}\n`,
    },
    result,
    exit: EXITS[review.verdict.level],
  }
}
