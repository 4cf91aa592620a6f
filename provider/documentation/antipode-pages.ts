import { existsSync, readFileSync } from 'node:fs'
import type { Provider } from '../framework/provider.ts'
import { antipodeProvider } from '../provider.ts'
import { type Page, pagesOf } from './pages.ts'

/** Undefined: nobody keeps what an import would need. */
const IMPORT_IDS: Readonly<Record<string, string | undefined>> = {
  antipode_consumer: 'shop',
  antipode_data_plane_certificate: undefined,
  antipode_data_plane_token: undefined,
  antipode_gateway_group: 'partners',
  antipode_plugin_metadata: 'key-auth',
  antipode_region: 'us-east-1',
  antipode_route_set: 'tenants/<id of a service>',
  antipode_secret: 'vault/main',
}

/** Every page of the provider, as it belongs below `docs/provider`. */
export function antipodePages(): Page[] {
  return pagesOf('antipode', antipodeProvider as Provider<never>, {
    example(kind, type) {
      const file = new URL(
        kind === 'provider' ? '../examples/first-route/main.tf' : `../examples/resources/${type}.tf`,
        import.meta.url,
      )
      return existsSync(file) ? readFileSync(file, 'utf8') : undefined
    },
    importId: (type) => (type in IMPORT_IDS ? IMPORT_IDS[type] : 'the-id'),
  })
}
