import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readConnectionOrder } from '../../../../runtime/control-plane/pki/connection-order.ts'

const OWN = { group: 'default', region: 'east' }
const ID = '0190a1b2-0000-7000-8000-000000000000'
const read = (body: unknown) => readConnectionOrder(body, OWN)

test('an empty order is a certificate of the group and region that are asked, for 395 days', () => {
  assert.deepEqual(read({}), {
    ...{ form: 'certificate', group: 'default', region: 'east', sub: 'default', index: 'default' },
    life: 395 * 86_400,
  })
})

test('an order may say until when, and what the token is revoked by', () => {
  const order = read({ form: 'token', id: ID, expires: new Date(Date.now() + 3_600_000).toISOString() })
  assert.ok(typeof order === 'object' && order.id === ID)
  assert.ok(order.life > 3_000 && order.life <= 3_600)
})

for (const [what, body, wrong] of [
  ['both a length and an end', { days: 1, expires: '2999-01-01T00:00:00Z' }, /only one of days or expires/],
  ['an end that is over', { expires: '2001-01-01T00:00:00Z' }, /property "expires" is a time in ISO 8601, from now on/],
  ['an end that is too far away', { expires: '2999-01-01T00:00:00Z' }, /no more than 3650 days/],
  ['an end that is no time', { expires: 'soon' }, /property "expires" is a time/],
  ['an id of a certificate', { id: ID }, /property "id" is of a token/],
  ['an id that is no UUID', { form: 'token', id: 'mine' }, /property "id"/],
  ['a request for a token', { form: 'token', request: 'PEM' }, /property "request" is of a certificate/],
] as const) {
  test(`an order with ${what} is refused`, () => {
    const answer = read(body)
    assert.ok(typeof answer === 'string')
    assert.match(answer, wrong)
  })
}
