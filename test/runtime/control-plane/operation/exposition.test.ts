import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Counter, countOf, expose, gauge, Histogram } from '../../../../runtime/control-plane/operation/exposition.ts'
import { processMetrics } from '../../../../runtime/control-plane/operation/process-metrics.ts'
import { checkWithPromtool, withoutPromtool } from './promtool.ts'

describe('the text that Prometheus reads', () => {
  it('holds help and type before the samples of each metric', () => {
    const text = expose([gauge('antipode_epoch', 'Newest epoch.', () => 65), countOf('calls_total', 'Calls.', () => 3)])
    assert.equal(
      text,
      '# HELP antipode_epoch Newest epoch.\n# TYPE antipode_epoch gauge\nantipode_epoch 65\n' +
        '# HELP calls_total Calls.\n# TYPE calls_total counter\ncalls_total 3\n',
    )
  })

  it('leaves out what is not known', () => {
    assert.equal(expose([gauge('lag', 'Lag.', () => null)]), '# HELP lag Lag.\n# TYPE lag gauge\n')
  })

  it('escapes what would end a label or a line', () => {
    const samples = [{ labels: { name: 'a "quoted" \\ path\nand line' }, value: 1 }]
    const text = expose([gauge('odd', 'One \\ line\nand another.', () => samples)])
    assert.match(text, /^# HELP odd One \\\\ line\\nand another\.$/m)
    assert.match(text, /^odd\{name="a \\"quoted\\" \\\\ path\\nand line"\} 1$/m)
  })

  it('writes numbers that are none as Prometheus does', () => {
    const values = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e-9]
    const text = expose([gauge('odd', 'Odd.', () => values.map((value, i) => ({ value, labels: { i: String(i) } })))])
    assert.deepEqual(
      [...text.matchAll(/\} (.*)$/gm)].map(([, value]) => value),
      ['NaN', '+Inf', '-Inf', '1e-9'],
    )
  })

  it('counts every observation into each bucket that it fits', () => {
    const histogram = new Histogram('took_seconds', 'Time.', [0.1, 1])
    for (const seconds of [0.05, 0.1, 0.5, 7]) histogram.observe(seconds)
    const lines = expose([histogram]).split('\n').slice(2, -1)
    assert.deepEqual(lines, [
      'took_seconds_bucket{le="0.1"} 2',
      'took_seconds_bucket{le="1"} 3',
      'took_seconds_bucket{le="+Inf"} 4',
      'took_seconds_sum 7.65',
      'took_seconds_count 4',
    ])
  })

  it('shows a counter before its first increase', () => {
    const counter = new Counter('writes_total', 'Writes.', 'outcome', ['applied', 'refused'])
    counter.add('refused')
    counter.add('refused')
    assert.match(expose([counter]), /\{outcome="applied"\} 0\nwrites_total\{outcome="refused"\} 2\n$/)
  })

  it('is what promtool takes for right', { skip: withoutPromtool() }, () => {
    const { metrics, close } = processMetrics()
    const histogram = new Histogram('took_seconds', 'Time.', [0.1, 1])
    histogram.observe(0.5)
    const odd = gauge('odd', 'One \\ line\nand another.', () => [{ labels: { name: 'a "b" \\ c\nd' }, value: 1 }])
    checkWithPromtool(expose([...metrics, histogram, odd]))
    close()
  })
})
