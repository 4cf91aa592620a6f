import type { OpensearchSettings } from '../../../../model/report-sink-settings.ts'
import { bulkOperations, checkBulkAnswer, sinkError } from '../bulk-documents.ts'
import { DELIVERY_TIMEOUT, type ReportSink } from '../report-sink.ts'

/** A document a row, as for Elasticsearch. */
export async function openOpensearchSink(settings: OpensearchSettings): Promise<ReportSink> {
  const { Client } = await import('@opensearch-project/opensearch')
  const { node, index, username, password = '' } = settings
  const client = new Client({
    ...{ node, maxRetries: 0, requestTimeout: DELIVERY_TIMEOUT },
    ...(username !== undefined && { auth: { username, password } }),
  })
  return {
    async deliver(batches) {
      const body = bulkOperations(batches, index)
      const answer = await client.bulk({ body: body as Record<string, unknown>[] }).catch((error) => {
        throw sinkError(error)
      })
      checkBulkAnswer(answer.body.items as Parameters<typeof checkBulkAnswer>[0])
    },
    close: () => client.close(),
  }
}
