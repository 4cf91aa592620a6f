import { monitorEventLoopDelay } from 'node:perf_hooks'
import { countOf, gauge, type Metric } from './exposition.ts'

/** Milliseconds between two looks at the event loop. */
const RESOLUTION = 10

/** What every process shows of itself, under the names that Prometheus' own clients use. */
export function processMetrics(): { readonly metrics: readonly Metric[]; close(): void } {
  const loop = monitorEventLoopDelay({ resolution: RESOLUTION })
  loop.enable()
  // The monitor counts from one look to the next, so that a free event loop shows the time between them.
  const seconds = (nanoseconds: number) => Math.max(0, nanoseconds / 1e9 - RESOLUTION / 1000)
  const started = Date.now() / 1000 - process.uptime()
  const metrics = [
    countOf('process_cpu_seconds_total', 'Time that processors spent on this process.', () => {
      const { user, system } = process.cpuUsage()
      return (user + system) / 1e6
    }),
    gauge('process_start_time_seconds', 'When the process started, in seconds since 1970.', () => started),
    gauge('process_resident_memory_bytes', 'Memory that the process holds.', () => process.memoryUsage.rss()),
    gauge('nodejs_heap_size_used_bytes', 'Memory that JavaScript uses.', () => process.memoryUsage().heapUsed),
    gauge('nodejs_external_memory_bytes', 'Memory outside the heap.', () => process.memoryUsage().external),
    gauge('nodejs_eventloop_lag_p50_seconds', 'Median delay of the event loop since the last scrape.', () =>
      seconds(loop.percentile(50)),
    ),
    gauge('nodejs_eventloop_lag_p99_seconds', 'Delay that one in a hundred turns exceeded since then.', () =>
      seconds(loop.percentile(99)),
    ),
    gauge('nodejs_eventloop_lag_max_seconds', 'Longest delay since the last scrape.', () => {
      const longest = seconds(loop.max)
      loop.reset()
      return longest
    }),
  ]
  return { metrics, close: () => loop.disable() }
}
