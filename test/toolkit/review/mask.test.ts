import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isSecretName, maskedSides } from '../../../toolkit/review/changes/mask.ts'

const NONE: ReadonlySet<string> = new Set()

test('a secret that changes is told, and neither value is', () => {
  const { before, after, differences } = maskedSides(
    { value: { password: 'old', name: 'x' } },
    { value: { password: 'new', name: 'x' } },
    NONE,
  )
  assert.deepEqual(before, { password: '(sensitive)', name: 'x' })
  assert.deepEqual(after, { password: '(sensitive)', name: 'x' })
  assert.deepEqual(differences, [{ path: 'password', before: '(sensitive)', after: '(sensitive)' }])
})

test('what Terraform marks is hidden wherever it is, and what the schema marks by its name', () => {
  const { after } = maskedSides(
    { value: null },
    { value: { list: ['a', 'b'], plain: 'c', odd: 'd' }, sensitive: { list: [false, true] } },
    new Set(['odd']),
  )
  assert.deepEqual(after, { list: ['a', '(sensitive)'], plain: 'c', odd: '(sensitive)' })
})

test('secrets within text that holds JSON are hidden, also in the environment of containers', () => {
  const { after } = maskedSides(
    { value: null },
    {
      value: {
        definitions: '[{"environment":[{"name":"API_TOKEN","value":"t"},{"name":"A","value":"b"}],"adminKey":"k"}]',
      },
    },
    NONE,
  )
  assert.deepEqual(JSON.parse((after as { definitions: string }).definitions), [
    {
      environment: [
        { name: 'API_TOKEN', value: '(sensitive)' },
        { name: 'A', value: 'b' },
      ],
      adminKey: '(sensitive)',
    },
  ])
})

test('where a secret is, and settings about it, are no secrets', () => {
  for (const name of ['secret_arn', 'password_wo_version', 'recovery_window_in_days', 'kms_key_id', 'key', 'monkey']) {
    assert.equal(isSecretName(name), false, name)
  }
  for (const name of ['password', 'db_password', 'secretString', 'DB_PASSWORD', 'client-secret', 'password_wo']) {
    assert.equal(isSecretName(name), true, name)
  }
  const { after } = maskedSides({ value: null }, { value: { password_wo: '${ephemeral.x.y}' } }, NONE)
  assert.deepEqual(after, { password_wo: '${ephemeral.x.y}' })
})
