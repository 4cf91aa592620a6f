import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadRuntimeConfig } from '../../../runtime/model/load-runtime-config.ts'

const DATA_PLANE = `
apisix:
  node_listen: [ { ip: 127.0.0.1, port: 9080 } ]
  status: { ip: 127.0.0.1, port: 7085 }
deployment:
  role: data_plane
  role_data_plane: { control_plane: { host: [ "https://127.0.0.1:7943/", "https://127.0.0.1:24001" ] } }
  certs: { cert: tls.crt, cert_key: tls.key, trusted_ca_cert: ca.crt }
`

const load = (text: string, env: Record<string, string> = {}) => loadRuntimeConfig(text, 'config.yaml', env)
const refused = (text: string, expected: RegExp) => {
  assert.throws(() => load(text), { code: 'CONFIG_INVALID', message: expected })
}

test('a data plane needs little; the rest has defaults', () => {
  const { config, warnings } = load(DATA_PLANE)
  assert.deepEqual(warnings, [])
  assert.deepEqual(config.dataPlane.controlPlanes, ['https://127.0.0.1:7943', 'https://127.0.0.1:24001'])
  assert.equal(config.heartbeatInterval, 10)
  assert.equal(config.dataPlane.headerTimeout, 10)
})

test('node_listen is a port, or a list of ports and addresses', () => {
  for (const [form, expected] of [
    ['9081', [{ ip: '0.0.0.0', port: 9081 }]],
    ['[9081, { port: 9082 }]', [9081, 9082].map((port) => ({ ip: '0.0.0.0', port }))],
  ] as const) {
    const text = DATA_PLANE.replace('[ { ip: 127.0.0.1, port: 9080 } ]', form)
    assert.deepEqual(load(text).config.dataPlane.listen, expected)
  }
})

test('variables are replaced in values, with defaults, and become numbers where they look like one', () => {
  const text = DATA_PLANE.replace('port: 9080', 'port: "${{PORT:=9099}}"').concat(
    'antipode: { region: "${{REGION}}" }\n',
  )
  assert.equal(load(text, { REGION: 'us-east-1' }).config.dataPlane.listen[0]?.port, 9099)
  assert.equal(load(text, { REGION: 'us-east-1', PORT: '81' }).config.dataPlane.listen[0]?.port, 81)
  assert.equal(load(text, { REGION: '"}\nantipode: ' }).config.region, '"}\nantipode: ')
  refused(text, /antipode\.region needs the variable REGION/)
})

test('a key of APISIX without meaning here gives one warning that names it', () => {
  const { warnings } = load(`${DATA_PLANE}nginx_config:\n  error_log: logs/error.log\n  http: { send_timeout: 10s }\n`)
  assert.deepEqual(warnings, [
    'config.yaml: nginx_config.error_log is a key of APISIX that has no effect here',
    'config.yaml: nginx_config.http.send_timeout is a key of APISIX that has no effect here',
  ])
})

test('an unknown key is refused with its path and the nearest known one', () => {
  refused(`${DATA_PLANE}antipode: { cachedir: x }\n`, /antipode\.cachedir is unknown.* antipode\.cache_dir$/)
  refused(DATA_PLANE.replace('apisix:', 'apisx:'), /apisx is unknown; the nearest known key is apisix/)
})

test('every problem is reported at once, with path and value', () => {
  refused(
    'deployment: { role: nothing }\napisix: { node_listen: -1 }',
    /apisix\.node_listen must be .*not -1; deployment\.role must be one of data_plane, control_plane, not "nothing"/,
  )
  refused('deployment: { role: control_plane }', /cert is required.*antipode\.database is required/)
  refused('a: [', /config\.yaml: .+/)
})

test('nginx sizes and times are understood', () => {
  const { config } = load(
    `${DATA_PLANE}nginx_config: { http: { client_max_body_size: 8m, client_body_timeout: 500ms } }\n`,
  )
  assert.equal(config.dataPlane.maxBodySize, 8 * 1024 ** 2)
  assert.equal(config.dataPlane.bodyTimeout, 0.5)
})

const CONTROL_PLANE = `
deployment:
  role: control_plane
  admin: { admin_key_required: false }
  certs: { cert: tls.crt, cert_key: tls.key, trusted_ca_cert: ca.crt }
antipode:
  database: postgres://antipode@127.0.0.1/antipode
  authority: { cert: ca.crt, key: ca.key }
`
const PAIR = `${CONTROL_PLANE}  peer: { region: west, host: "https://127.0.0.1:7943" }\n`

test('regions act by themselves only where that is written, and only in a pair that confirms', () => {
  assert.equal(load(PAIR).config.controlPlane.automaticFailover, null)
  const on = '  automatic_failover: { after: 30s }\n'
  assert.deepEqual(load(PAIR + on).config.controlPlane.automaticFailover, { after: 30, solo: false, witness: null })
  refused(CONTROL_PLANE + on, /antipode.automatic_failover needs antipode.peer/)
  refused(`${PAIR}  commit: local\n${on}`, /antipode.automatic_failover needs .* antipode.commit 'confirmed'/)
})

test('a witness is an object of a bucket or of an HTTPS endpoint, and a writer goes on alone only with one', () => {
  const withWitness = (url: string) => `${PAIR}  automatic_failover: { solo: true, witness: { url: "${url}" } }\n`
  const nothingMore = { region: null, endpoint: null, token: null, ca: null }
  for (const url of ['s3://witness/pairs/payments.json', 'https://witness.example/payments']) {
    const { automaticFailover } = load(withWitness(url)).config.controlPlane
    assert.deepEqual(automaticFailover, { after: 10, solo: true, witness: { url, ...nothingMore } })
  }
  for (const url of [
    's3://witness',
    's3://witness/',
    's3://witness/pairs/',
    'http://witness.example',
    'witness.json',
  ]) {
    refused(withWitness(url), /antipode.automatic_failover.witness.url/)
  }
  refused(`${PAIR}  automatic_failover: { solo: true }\n`, /solo needs a witness/)
})
