import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { jsonProblem } from '../../../../runtime/control-plane/admin-api/json-problem.ts'

const PROBLEMS: readonly (readonly [string, string])[] = [
  ['', 'Expected value but found T_END at character 1'],
  [' \n', 'Expected value but found T_END at character 3'],
  ['hello', 'Expected value but found invalid token at character 1'],
  ["{'a': 1}", 'Expected object key string but found invalid token at character 2'],
  ['{"a": 1,}', 'Expected object key string but found T_OBJ_END at character 9'],
  ['{"a" 1}', 'Expected colon but found T_NUMBER at character 6'],
  ['{"a": }', 'Expected value but found T_OBJ_END at character 7'],
  ['{"a": 1 "b": 2}', 'Expected comma or object end but found T_STRING at character 9'],
  ['{"a": 1', 'Expected comma or object end but found T_END at character 8'],
  ['[1 2]', 'Expected comma or array end but found T_NUMBER at character 4'],
  ['[1,]', 'Expected value but found T_ARR_END at character 4'],
  ['{} {}', 'Expected the end but found T_OBJ_BEGIN at character 4'],
  ['{"a": "b}', 'Expected value but found unexpected end of string at character 10'],
  ['{"a": "\\x"}', 'Expected value but found invalid escape code at character 8'],
  ['{"a": "\\u12"}', 'Expected value but found invalid unicode escape code at character 8'],
  ['{"a": "\\udc00"}', 'Expected value but found invalid unicode escape code at character 8'],
  ['[-]', 'Expected value but found invalid number at character 2'],
  ['{"ä": nul}', 'Expected value but found invalid token at character 8'],
  ['[true, True]', 'Expected value but found invalid token at character 8'],
]

describe('what is wrong with a text that is no JSON', () => {
  for (const [text, problem] of PROBLEMS) {
    it(`${JSON.stringify(text)}: ${problem}`, () => assert.equal(jsonProblem(text), problem))
  }

  it('is nothing in any JSON', () => {
    fc.assert(
      fc.property(fc.json({ stringUnit: 'grapheme' }), (text) => assert.equal(jsonProblem(text), undefined)),
      { numRuns: 300 },
    )
  })

  it('is found in a text of the largest size without walking it twice', () => {
    assert.equal(
      jsonProblem(`{"a": "${'\\n'.repeat(700_000)}`),
      'Expected value but found unexpected end of string at character 1400008',
    )
  })
})
