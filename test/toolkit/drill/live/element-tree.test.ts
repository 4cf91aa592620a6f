import assert from 'node:assert/strict'
import { test } from 'node:test'
import { elementsAt, readElements, textAt } from '../../../../toolkit/drill/live/element-tree.ts'

const ANSWER = `<?xml version="1.0" encoding="UTF-8"?>
<DescribeNetworkAclsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
  <networkAclSet>
    <item>
      <networkAclId>acl-1</networkAclId>
      <entrySet><item><ruleNumber>1</ruleNumber><empty/></item><item><ruleNumber>2</ruleNumber></item></entrySet>
    </item>
    <item><networkAclId>a &amp; b</networkAclId></item>
  </networkAclSet>
</DescribeNetworkAclsResponse>`

test('elements are found along a path, and among several', () => {
  const root = readElements(ANSWER)
  assert.equal(root.name, 'DescribeNetworkAclsResponse')
  const [first, second, ...more] = elementsAt(root, 'networkAclSet', 'item')
  assert.deepEqual([textAt(first!, 'networkAclId'), textAt(second!, 'networkAclId'), more], ['acl-1', 'a & b', []])
  const numbers = elementsAt(root, 'networkAclSet', 'item', 'entrySet', 'item').map((item) =>
    textAt(item, 'ruleNumber'),
  )
  assert.deepEqual(numbers, ['1', '2'])
  assert.equal(textAt(root, 'networkAclSet', 'nothing'), undefined)
})

test('what is cut short, or no such document at all, is an error', () => {
  for (const text of [ANSWER.slice(0, 200), '<a><b></a></b>', 'no elements', '']) {
    assert.throws(() => readElements(text), SyntaxError, text)
  }
})
