import type { ReportSinkSettings } from '../../../model/report-sink-settings.ts'
import { openElasticsearchSink } from './elasticsearch/sink.ts'
import { openKafkaSink } from './kafka/sink.ts'
import { openOpensearchSink } from './opensearch/sink.ts'
import { openOtlpSink } from './otlp/sink.ts'
import { openPrometheusSink } from './prometheus-remote-write/sink.ts'
import type { ReportSink } from './report-sink.ts'

/**
 * Loads the client that the settings need, and no other; nothing is connected yet. Loading holds everything else up for
 * up to a second, so it is done before a control plane leads.
 */
export function openSink(settings: ReportSinkSettings): Promise<ReportSink> {
  switch (settings.type) {
    case 'kafka':
      return openKafkaSink(settings)
    case 'elasticsearch':
      return openElasticsearchSink(settings)
    case 'opensearch':
      return openOpensearchSink(settings)
    case 'prometheus-remote-write':
      return openPrometheusSink(settings)
    case 'otlp':
      return openOtlpSink(settings)
  }
}
