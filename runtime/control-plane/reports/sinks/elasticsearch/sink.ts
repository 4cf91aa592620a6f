import type { ElasticsearchSettings } from '../../../../model/report-sink-settings.ts'
import { bulkOperations, checkBulkAnswer, sinkError } from '../bulk-documents.ts'
import { DELIVERY_TIMEOUT, type ReportSink } from '../report-sink.ts'

/** A document a row. Its id follows from the batch: delivered again, it is there already and not counted twice. */
export async function openElasticsearchSink(settings: ElasticsearchSettings): Promise<ReportSink> {
  const { Client, HttpConnection } = await import('@elastic/elasticsearch')
  const { node, index, username, password = '', api_key: apiKey } = settings
  const auth = apiKey !== undefined ? { apiKey } : username !== undefined ? { username, password } : undefined
  const client = new Client({
    ...{ node, maxRetries: 0, requestTimeout: DELIVERY_TIMEOUT, Connection: HttpConnection },
    ...(auth && { auth }),
  })
  return {
    async deliver(batches) {
      const answer = await client.bulk({ operations: bulkOperations(batches, index) }).catch((error) => {
        throw sinkError(error)
      })
      checkBulkAnswer(answer.items)
    },
    close: () => client.close(),
  }
}
