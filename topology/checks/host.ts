import type { Check } from './check.ts'

const LABEL = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/

/** The host is a full DNS name below a zone: letters, digits and hyphens between dots, no dot at the end. */
export const host: Check = ({ host }) => {
  if (host === undefined) return []
  const labels = host.split('.')
  const problem = (text: string) => [{ path: 'host', text: `'${host}' ${text}` }]
  if (host.length > 253) return [{ path: 'host', text: `has ${host.length} characters; DNS allows 253` }]
  if (host !== host.toLowerCase()) return problem(`has upper-case letters; write '${host.toLowerCase()}'`)
  if (/^[0-9.]+$/.test(host)) return problem('is an address; write a name, like api.payments.example')
  if (!labels.every((label) => LABEL.test(label))) {
    return problem('is no host name; write letters, digits and hyphens between dots, like api.payments.example')
  }
  if (labels.length >= 3) return []
  return problem(
    'would be the top of its zone, where no CNAME can be; write a name below it, like api.payments.example',
  )
}
