import type { KafkaSettings } from '../../../../model/report-sink-settings.ts'
import { documentsOf } from '../call-documents.ts'
import { DELIVERY_TIMEOUT, type ReportSink } from '../report-sink.ts'

/** All in-sync replicas. */
const ACKNOWLEDGED_BY_ALL = -1
const DEFAULT_TOPIC = 'antipode-calls'

/**
 * A message a row, as JSON, keyed by group and route so that those of a route stay in order; acknowledged by all in-sync
 * replicas. Its header `id` is the same each time that it is delivered, for consumers to pass over what comes again.
 */
export async function openKafkaSink(settings: KafkaSettings): Promise<ReportSink> {
  const { Producer, stringSerializers } = await import('@platformatic/kafka')
  const { brokers, topic = DEFAULT_TOPIC, tls, username, password = '', mechanism = 'SCRAM-SHA-512' } = settings
  const producer = new Producer({
    clientId: 'antipode-reports',
    bootstrapBrokers: [...brokers],
    serializers: stringSerializers,
    ...{ autocreateTopics: true, retries: 0, timeout: DELIVERY_TIMEOUT, connectTimeout: 5_000 },
    ...(tls && { tls: {} }),
    ...(username !== undefined && { sasl: { mechanism, username, password } }),
  })
  return {
    async deliver(batches) {
      const messages = batches.flatMap(documentsOf).map(({ id, at, body }) => ({
        topic,
        key: `${body.group}/${body.route}`,
        value: JSON.stringify(body),
        headers: { id },
        timestamp: BigInt(at),
      }))
      await producer.send({ messages, acks: ACKNOWLEDGED_BY_ALL })
    },
    close: () => producer.close(),
  }
}
