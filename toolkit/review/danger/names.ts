import type { Consequences } from './consequence.ts'

/** What callers find the gateways by. */
export const NAME_CONSEQUENCES: Consequences = {
  aws_route53_zone: {
    noun: 'zone',
    grade: 'cut',
    cut: 'no name in it is answered until the parent zone names the new servers, hours to days',
    lost: 'its name servers: the registrar or the parent zone must be told the new ones',
  },
  aws_route53_record: {
    noun: 'record',
    grade: 'cut',
    gentle: 'limited',
    cut: 'its name has no such answer for up to a minute, and resolvers remember that',
  },
  aws_route53_zone_association: {
    noun: 'association of a private zone',
    grade: 'cut',
    cut: 'regions do not find each other by name for about a minute',
  },
  aws_route53_health_check: {
    noun: 'health check',
    grade: 'cut',
    gentle: 'limited',
    cut: 'a record whose check is gone is answered as if healthy, so nothing fails over meanwhile, about a minute',
    lost: 'its id, and its history',
  },
  aws_globalaccelerator_accelerator: {
    noun: 'accelerator',
    grade: 'cut',
    cut: 'callers reach nobody for some minutes',
    lost: 'its fixed addresses, unless they are your own',
  },
  aws_globalaccelerator_listener: {
    noun: 'listener of an accelerator',
    grade: 'cut',
    cut: 'callers reach nobody for about a minute',
  },
  aws_globalaccelerator_endpoint_group: {
    noun: 'group of endpoints',
    grade: 'cut',
    cut: 'its region gets no calls for about a minute',
  },
  aws_route53recoverycontrolconfig_cluster: {
    noun: 'cluster of routing controls',
    grade: 'cut',
    cut: 'nobody can take a region out of the answers by hand for 10–20 min',
    lost: 'its endpoints, and the state of every control',
  },
  aws_route53recoverycontrolconfig_control_panel: {
    noun: 'panel of routing controls',
    grade: 'limited',
    cut: 'nobody can take a region out of the answers by hand meanwhile',
  },
  aws_route53recoverycontrolconfig_routing_control: {
    noun: 'routing control',
    grade: 'cut',
    cut: 'it starts off, so its region is out of the answers until somebody turns it on',
    lost: 'its state: on again only by hand',
  },
  aws_route53recoverycontrolconfig_safety_rule: {
    noun: 'safety rule',
    grade: 'limited',
    cut: 'every region can be turned off at once meanwhile',
  },
  aws_acm_certificate: {
    noun: 'certificate',
    grade: 'cut',
    gentle: 'limited',
    cut: 'listeners have none until the new one is validated, 1–30 min',
  },
  aws_acm_certificate_validation: { noun: 'wait for a certificate', grade: 'routine', cut: 'nothing stops' },
  cloudflare_load_balancer: {
    noun: 'balancer at Cloudflare',
    grade: 'cut',
    cut: 'its host has no answer for about a minute',
  },
  cloudflare_load_balancer_pool: {
    noun: 'pool of a region at Cloudflare',
    grade: 'cut',
    cut: 'its region is out of the answers for about a minute',
  },
  cloudflare_load_balancer_monitor: {
    noun: 'monitor at Cloudflare',
    grade: 'limited',
    cut: 'pools without a monitor count as healthy, so nothing fails over meanwhile',
  },
  cloudflare_dns_record: {
    noun: 'record at Cloudflare',
    grade: 'cut',
    cut: 'its name has no answer for about a minute',
  },
}
