import { by, each, nested } from './look.ts'
import type { Policy } from './policy.ts'

/** Ports by which callers come; health checks have their own. */
const PLAIN = new Set([80, 443, 8080, 9080])

export const policy: Policy = {
  id: 'callers-use-tls',
  severity: 'refuse',
  reason: 'Calls carry credentials.',
  fix: 'Listen with TLS, and redirect plain HTTP.',
  check: (view) => {
    const open = new Set(
      each(view, 'aws_lb')
        .filter(({ values }) => values.internal === false)
        .map(({ stack, name }) => `${stack.name} ${name}`),
    )
    return each(view, 'aws_lb_listener').flatMap((found) => {
      const { protocol, port, load_balancer_arn: balancer } = found.values
      const name = /aws_lb\.([\w-]+)/.exec(`${balancer}`)?.[1]
      if (!open.has(`${found.stack.name} ${name}`) || !PLAIN.has(Number(port))) return []
      const actions = nested(found.values, 'default_action')
      const redirects = actions.length > 0 && actions.every(({ type }) => type === 'redirect')
      const passes = protocol === 'TCP' && Number(port) === 443
      return redirects || passes || protocol === 'TLS' || protocol === 'HTTPS'
        ? []
        : [by(found, `port ${port} speaks ${protocol}`)]
    })
  },
  fails: {
    resources: {
      'us-east-1': {
        aws_lb: { gateways: { internal: false } },
        aws_lb_listener: { plain: { load_balancer_arn: '${aws_lb.gateways.arn}', port: 80, protocol: 'TCP' } },
      },
    },
  },
  passes: {
    resources: {
      'us-east-1': {
        aws_lb: { gateways: { internal: false } },
        aws_lb_listener: { callers: { load_balancer_arn: '${aws_lb.gateways.arn}', port: 443, protocol: 'TLS' } },
      },
    },
  },
}
