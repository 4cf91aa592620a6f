import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { isAllowed, matchesPattern, type Statement } from '../../../runtime/model/permission-policy.ts'

const GROUP = 'arn:api7:gateway:gatewaygroup/default'
const word = fc.stringMatching(/^[a-z:/*.]{0,4}$/)
const pattern = fc.array(word, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('<.*>'))
const statement: fc.Arbitrary<Statement> = fc.record({
  resources: fc.array(pattern, { minLength: 1, maxLength: 2 }),
  actions: fc.array(pattern, { minLength: 1, maxLength: 2 }),
  effect: fc.constantFrom('allow', 'deny'),
})
const access = fc.record({ action: word, resources: fc.array(word, { minLength: 1, maxLength: 2 }) })

describe('permission policies', () => {
  it('match a text as the regular expression would that a pattern stands for', () => {
    const text = fc.oneof(
      word,
      fc.tuple(word, word, word).map((parts) => parts.join('')),
    )
    fc.assert(
      fc.property(pattern, text, (pattern, text) => {
        const parts = pattern.split('<.*>').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
        assert.equal(matchesPattern(pattern, text), new RegExp(`^${parts.join('.*')}$`).test(text))
      }),
      { numRuns: 2_000 },
    )
  })

  it('match a pattern made from a text by putting wildcards into it', () => {
    const cuts = fc.array(fc.nat(12), { maxLength: 4 })
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z/]{0,12}$/), cuts, (text, cuts) => {
        const pattern = [...cuts]
          .sort((a, b) => b - a)
          .reduce((made, at) => {
            const end = Math.min(text.length, at + 1)
            return at < text.length && !made.slice(at, end).includes('<')
              ? `${made.slice(0, at)}<.*>${made.slice(end)}`
              : made
          }, text)
        assert.ok(matchesPattern(pattern, text), `${pattern} does not match ${text}`)
      }),
    )
  })

  it('never take long, whatever the pattern', () => {
    const pattern = `${'a<.*>'.repeat(100)}b`
    assert.equal(matchesPattern(pattern, 'a'.repeat(100_000)), false)
  })

  it('allow nothing that no statement allows', () => {
    fc.assert(fc.property(access, (access) => isAllowed([], access) === false))
  })

  it('deny what any statement denies, wherever it stands', () => {
    fc.assert(
      fc.property(fc.array(statement), fc.nat(), access, (statements, at, access) => {
        const { action, resources } = access
        const deny: Statement = { effect: 'deny', actions: [action], resources: [resources[0]!] }
        if (action === '' || resources[0] === '') return
        assert.equal(isAllowed(statements.toSpliced(at % (statements.length + 1), 0, deny), access), false)
      }),
    )
  })

  it('say the same in whatever order their statements stand', () => {
    fc.assert(
      fc.property(fc.array(statement), access, (statements, access) => {
        assert.equal(isAllowed(statements, access), isAllowed(statements.toReversed(), access))
      }),
    )
  })

  it('allow no more with a denying statement more, and no less with an allowing one', () => {
    fc.assert(
      fc.property(fc.array(statement), statement, access, (statements, added, access) => {
        const [before, after] = [isAllowed(statements, access), isAllowed([...statements, added], access)]
        assert.ok(added.effect === 'deny' ? !after || before : !before || after)
      }),
    )
  })

  it('look at labels where they have conditions', () => {
    const labelled: Statement = {
      ...{ resources: [`${GROUP}/publishedservice/<.*>`], actions: ['<.*>'], effect: 'allow' },
      conditions: {
        service_label: { type: 'MatchLabel', options: { key: 'team', operator: 'exact_match', value: 'shop' } },
      },
    }
    const access = { action: 'gateway:GetPublishedService', resources: [`${GROUP}/publishedservice/1`] }
    assert.equal(isAllowed([labelled], { ...access, labels: { team: 'shop' } }), true)
    assert.equal(isAllowed([labelled], { ...access, labels: { team: 'other' } }), false)
    assert.equal(isAllowed([labelled], access), false)
    assert.equal(isAllowed([{ ...labelled, effect: 'deny' }], { ...access, labels: { team: 'shop' } }), false)
  })
})
