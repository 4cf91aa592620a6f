import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { code, codeBlock, mermaidLabel, visible } from '../../../toolkit/review/markdown/escape.ts'

test('inline code cannot be closed from within, whatever is in it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
      const written = code(text)
      const [fence = ''] = /^`+/.exec(written) ?? []
      assert.ok(written.endsWith(fence) && !written.includes('\n'))
      const within = written.slice(fence.length, -fence.length)
      assert.ok(!new RegExp(`(?<!\`)${fence}(?!\`)`).test(within.replace(/^ | $/g, ' ')), written)
      assert.ok(!/(?<!\\)\|/.test(written), 'a pipe would end a cell of a table')
    }),
  )
})

test('a block of code cannot be closed from within', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('`', '``', '```', '~~~', 'a', '\n', '</details>')), (parts) => {
      const lines = codeBlock(parts.join('')).split('\n')
      const fence = lines[0] ?? ''
      assert.ok(lines.slice(1, -1).every((line) => !line.trim().startsWith(fence)))
      assert.equal(lines.at(-1), fence)
    }),
  )
})

test('a label of Mermaid holds nothing but plain characters and entities', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.match(mermaidLabel(text), /^(?:[\p{L}\p{N} .,:/×→+−~±_-]|#\d+;)*$/u)
    }),
  )
})

test('characters that hide text or turn its direction are shown', () => {
  assert.equal(visible('a\u202eb\u200bc\u0000d\ne'), 'a\\u{202e}b\\u{200b}c\\u{0}d⏎e')
})

test('empty text, text of ticks and text that is too long are still code', () => {
  assert.equal(code(''), '` `')
  assert.equal(code('`'), '`` ` ``')
  assert.equal(code('a'.repeat(200), 10), '`aaaaaaaaa…`')
})
