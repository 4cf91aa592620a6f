import type { TestEvent } from 'node:test/reporters'

/** One line of JSON for each test that failed, and a last one with how many passed; a reporter of `node --test`. */
// biome-ignore lint/style/noDefaultExport: a reporter is found as its module's default export
export default async function* failureReporter(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  let passed = 0
  for await (const { type, data } of events) {
    if (type === 'test:pass' && data.details.type !== 'suite') passed += 1
    if (type !== 'test:fail' || data.details.type === 'suite') continue
    const { message, cause } = data.details.error
    yield `${JSON.stringify({ name: data.name, error: cause instanceof Error ? cause.message : message })}\n`
  }
  yield `${JSON.stringify({ passed })}\n`
}
