import assert from 'node:assert/strict'
import { test } from 'node:test'
import { topology } from '../../stacks/examples/active-passive.ts'
import { configurationIn } from './configuration-in.ts'
import { synthesise } from './synthesise.ts'

const stacks = synthesise(topology)

const configurationOf = (stack: string) => configurationIn(stacks.get(stack))

test('a control plane reads its configuration without a warning, and confirms with its peer', () => {
  const { config, warnings } = configurationOf('payments-us-east-1-control-plane')
  assert.deepEqual(warnings, [])
  assert.equal(config.role, 'control_plane')
  assert.deepEqual([config.region, config.regionIndex], ['us-east-1', 1])
  assert.equal(
    config.controlPlane.database,
    'postgres://antipode:secret-antipode_database_password@filled-in.example:5432/antipode' +
      '?sslmode=verify-full&sslrootcert=/etc/ssl/certs/rds-global-bundle.pem',
  )
  assert.equal(config.controlPlane.admin.keys[0]?.key, 'secret-antipode_admin_key')
  assert.deepEqual(config.controlPlane.peer, {
    region: 'us-west-2',
    host: 'https://control-plane.us-west-2.payments.internal:7943',
    admin: 'http://control-plane.us-west-2.payments.internal:9180',
  })
  assert.equal(config.controlPlane.commit, 'confirmed')
  assert.equal(config.controlPlane.lease, 3)
})

test('one region creates the history, whichever region writes', () => {
  assert.equal(configurationOf('payments-us-east-1-control-plane').config.controlPlane.initialWriter, true)
  assert.equal(configurationOf('payments-us-west-2-control-plane').config.controlPlane.initialWriter, false)
})

test('a data plane reads its configuration without a warning, and calls its own region first', () => {
  const { config, warnings } = configurationOf('payments-us-west-2-data-plane')
  assert.deepEqual(warnings, [])
  assert.deepEqual(config.dataPlane.controlPlanes, [
    'https://control-plane.us-west-2.payments.internal:7943',
    'https://control-plane.us-east-1.payments.internal:7943',
  ])
  assert.deepEqual(config.dataPlane.status, { ip: '0.0.0.0', port: 7085 })
  assert.deepEqual(config.dataPlane.listen, [{ ip: '0.0.0.0', port: 9080 }])
})
