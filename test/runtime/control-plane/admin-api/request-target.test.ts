import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readTarget } from '../../../../runtime/control-plane/admin-api/request-target.ts'

describe('the target of a request', () => {
  it('is steps and a query', () => {
    const target = readTarget('/apisix/admin//routes/a%2Fb/?x=1&y=?', '/apisix/admin')
    assert.deepEqual(target?.steps, ['routes', 'a/b'])
    assert.equal(target?.query.get('y'), '?')
  })

  for (const path of ['/routes/..', '/routes/%2e%2E', '/routes/../ssls', '/./routes', '/routes/%ff', '/routes/%']) {
    it(`is refused: ${path}`, () => {
      assert.equal(readTarget(`/apisix/admin${path}`, '/apisix/admin'), undefined)
    })
  }
})
