import { documentsOf } from './call-documents.ts'
import { type SinkBatch, SinkRefusal } from './report-sink.ts'

/** One line of an answer of the bulk API. */
interface BulkItem {
  readonly status?: number
  readonly error?: unknown
}

const DEFAULT_INDEX = 'antipode-calls'
/** A document with this id is there: the batch had arrived. */
const EXISTS = 409

/** What the bulk API of Elasticsearch and of OpenSearch is told: each document is created, or is there already. */
export function bulkOperations(batches: readonly SinkBatch[], index: string = DEFAULT_INDEX): object[] {
  return batches.flatMap(documentsOf).flatMap(({ id, at, body }) => {
    const day = new Date(at).toISOString().slice(0, 10).replaceAll('-', '.')
    return [{ create: { _index: `${index}-${day}`, _id: id } }, body]
  })
}

/**
 * Looks through the answer, in which each document is answered for by itself.
 *
 * @throws SinkRefusal where some are refused for good and none may be taken later
 */
export function checkBulkAnswer(items: readonly Readonly<Record<string, BulkItem | undefined>>[]): void {
  const failed = items.flatMap((item) => {
    const { status = 500, error } = item.create ?? {}
    return status < 300 || status === EXISTS ? [] : [{ status, error }]
  })
  const [first] = failed
  if (!first) return
  const message = `${failed.length} of ${items.length} documents are not taken: ${JSON.stringify(first.error)}`
  const mayBeLater = failed.some(({ status }) => status === 429 || status >= 500)
  throw mayBeLater ? new Error(message) : new SinkRefusal(message)
}

/** What a client of either throws, said in the sink's terms. */
export function sinkError(error: unknown): Error {
  const { statusCode } = error as { statusCode?: number }
  const isRefused = statusCode === 400 || statusCode === 413
  return isRefused ? new SinkRefusal((error as Error).message, { cause: error }) : (error as Error)
}
