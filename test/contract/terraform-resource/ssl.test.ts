import { createAuthority } from '../../../runtime/control-plane/pki/authority.ts'
import { testResource } from './suite.ts'

const [one, two] = await Promise.all(['one', 'two'].map((name) => createAuthority(name)))

testResource({
  type: 'antipode_ssl',
  least: { snis: ['api.example', '*.shop.example'], cert: one!.certificate, key_wo: one!.key },
  most: {
    type: 'server',
    certs: [two!.certificate],
    keys_wo: [two!.key],
    key_wo_version: 1,
    keys_wo_version: 1,
    client: { ca: two!.certificate, depth: 2, skip_mtls_uri_regex: ['/health'] },
    status: 0,
    ssl_protocols: ['TLSv1.2', 'TLSv1.3'],
    desc: 'of the shop',
    labels: { team: 'shop' },
  },
  other: {
    id: undefined,
    // The same certificate, written otherwise.
    cert: `${two!.certificate.trim()}\n\n`,
    key_wo: two!.key,
    key_wo_version: 2,
    client: { ca: one!.certificate },
    status: 1,
    ssl_protocols: ['TLSv1.3'],
    desc: 'of all shops',
    labels: {},
  },
  without: ['sni'],
  path: (id) => `/ssls/${id}`,
  drift: (ssl) => ({ ...ssl, key: two!.key, keys: [two!.key], desc: 'is somebody else’s' }),
  secrets: [one!, two!].map(({ key }) => key.split('\n')[1]!),
  unimported: ['key_wo', 'keys_wo', 'key_wo_version', 'keys_wo_version'],
})
