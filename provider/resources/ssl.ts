import { idOfName } from '../admin-api/gateway-client.ts'
import { isList, isNull, isWhollyKnown, type JsonObject } from '../framework/values.ts'
import { configurationResource } from './configuration-resource.ts'

/** The control plane never tells keys: what changes beside them leaves them alone. */
const KEYS = ['key', 'keys']

export const ssl = configurationResource({
  collection: 'ssls',
  noun: 'certificate',
  description:
    'A certificate and its key: of type `server` for the names that callers ask for, of type `client` for showing to upstreams.',
  omitted: ['validity_start', 'validity_end'],
  secrets: KEYS,
  untold: KEYS,
  idDescription: 'The id of the certificate. Default: made from its server names, as ADC makes it.',
  idOf: async ({ snis = null, sni = null }) => {
    if (isList(snis) && isWhollyKnown(snis)) return idOfName(snis.join(','))
    return typeof sni === 'string' ? idOfName(sni) : undefined
  },
  idIsDue: ({ snis = null, sni = null }) =>
    isNull(snis) && isNull(sni) ? 'A certificate without server names needs an id.' : undefined,
})

/** Whether callers who ask for a server name are shown this certificate, among others. */
export function isForName({ sni, snis }: JsonObject, name: string): boolean {
  return sni === name || (Array.isArray(snis) && snis.includes(name))
}
