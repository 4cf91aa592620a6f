import { kafkaReceiver } from './kafka-receiver.ts'
import { otlpReceiver } from './otlp-receiver.ts'
import { prometheusMissing, prometheusReceiver } from './prometheus-receiver.ts'
import { searchReceiver } from './search-receiver.ts'
import { describeReportSinks } from './suite.ts'

describeReportSinks([
  { name: 'prometheus-remote-write', receive: prometheusReceiver, skip: prometheusMissing, countsOnce: true },
  { name: 'elasticsearch', receive: () => searchReceiver('elasticsearch'), countsOnce: true },
  { name: 'opensearch', receive: () => searchReceiver('opensearch'), countsOnce: true },
  { name: 'kafka', receive: kafkaReceiver, countsOnce: true },
  // The protocol has nothing by which a collector could know what comes again.
  { name: 'otlp', receive: otlpReceiver, countsOnce: false },
])
