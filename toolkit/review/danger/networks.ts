import type { Consequences } from './consequence.ts'

const NOTHING_STOPS = 'nothing stops'

/** Networks, links between them, and who may pass. */
export const NETWORK_CONSEQUENCES: Consequences = {
  aws_vpc: {
    noun: 'network',
    grade: 'cut',
    cut: 'the whole region is down until everything in it is made again, an hour or more',
    lost: 'the id of the network, and every address in it',
  },
  aws_subnet: {
    noun: 'subnet',
    grade: 'cut',
    cut: 'what runs in it is moved or made again first; a zone of the region is out for 5–15 min',
    lost: 'its id, and the addresses in it',
  },
  aws_route_table: { noun: 'route table', grade: 'cut', cut: 'its subnets lose their ways out for about a minute' },
  aws_route: { noun: 'route', grade: 'cut', gentle: 'limited', cut: 'what is sent that way is lost for some seconds' },
  aws_route_table_association: {
    noun: 'association of a route table',
    grade: 'cut',
    cut: 'the subnet follows the main route table for some seconds',
  },
  aws_nat_gateway: {
    noun: 'NAT gateway',
    grade: 'cut',
    cut: 'calls to upstreams from its zone fail for 2–5 min, and open connections break',
    lost: 'the address that upstreams may have allowed, unless its Elastic IP stays',
  },
  aws_eip: {
    noun: 'fixed address',
    grade: 'cut',
    cut: 'what is sent from or to it fails until everybody knows the new one',
    lost: 'the address itself: AWS gives it to somebody else, and allow-lists that name it no longer fit',
  },
  aws_internet_gateway: {
    noun: 'internet gateway',
    grade: 'cut',
    cut: 'nothing enters or leaves the region’s network for some minutes',
  },
  aws_security_group: {
    noun: 'security group',
    grade: 'cut',
    gentle: 'limited',
    cut: 'AWS refuses while an interface uses it; rules that name its id stop fitting',
  },
  aws_default_security_group: { noun: 'default security group', grade: 'limited', cut: 'it stays as it was left' },
  aws_vpc_security_group_ingress_rule: {
    noun: 'rule of who may call',
    grade: 'cut',
    gentle: 'limited',
    cut: 'new connections that it lets in are refused for some seconds',
  },
  aws_vpc_security_group_egress_rule: {
    noun: 'rule of who may be called',
    grade: 'cut',
    gentle: 'limited',
    cut: 'new connections that it lets out are refused for some seconds',
  },
  aws_vpc_endpoint: {
    noun: 'endpoint to a service of AWS',
    grade: 'cut',
    cut: 'tasks cannot fetch images and secrets for 2–5 min; those that run go on',
  },
  aws_flow_log: { noun: 'flow log', grade: 'limited', cut: 'the network’s traffic goes unrecorded for a minute' },
  aws_vpc_peering_connection: {
    noun: 'peering between networks',
    grade: 'cut',
    cut: 'regions cannot reach each other for 1–5 min: writes that wait for the other region’s confirmation are refused',
  },
  aws_vpc_peering_connection_accepter: {
    noun: 'acceptance of a peering',
    grade: 'cut',
    cut: 'regions cannot reach each other until it is accepted again',
  },
  aws_vpc_peering_connection_options: {
    noun: 'option of a peering',
    grade: 'limited',
    cut: 'names of the other region are not resolved for some seconds',
  },
  aws_ec2_managed_prefix_list: {
    noun: 'list of networks',
    grade: 'cut',
    cut: 'rules that name it let nobody in until they name the new one',
  },
  aws_ec2_transit_gateway: {
    noun: 'transit gateway',
    grade: 'cut',
    cut: 'regions cannot reach each other for 10–20 min: writes that wait for confirmation are refused',
  },
  aws_ec2_transit_gateway_vpc_attachment: {
    noun: 'attachment to a transit gateway',
    grade: 'cut',
    cut: 'its region cannot reach the others for 2–10 min',
  },
  aws_ec2_transit_gateway_peering_attachment: {
    noun: 'peering between transit gateways',
    grade: 'cut',
    cut: 'two regions cannot reach each other for 2–10 min',
  },
  aws_ec2_transit_gateway_peering_attachment_accepter: {
    noun: 'acceptance of a peering between transit gateways',
    grade: 'cut',
    cut: 'two regions cannot reach each other until it is accepted again',
  },
  aws_ec2_transit_gateway_route_table: {
    noun: 'route table of a transit gateway',
    grade: 'cut',
    cut: 'regions cannot reach each other for about a minute',
  },
  aws_ec2_transit_gateway_route: {
    noun: 'route of a transit gateway',
    grade: 'cut',
    cut: 'what is sent that way is lost for some seconds',
  },
  aws_ec2_transit_gateway_route_table_association: {
    noun: 'association with a transit gateway’s route table',
    grade: 'cut',
    cut: 'what its attachment sends is lost for about a minute',
  },
  aws_ec2_transit_gateway_route_table_propagation: {
    noun: 'propagation into a transit gateway’s route table',
    grade: 'cut',
    cut: 'what is sent to its attachment is lost for about a minute',
  },
  aws_vpn_connection: {
    noun: 'VPN connection',
    grade: 'cut',
    cut: 'the site is cut off until its device is set up for the new tunnels, which people do',
    lost: 'the addresses and pre-shared keys of its tunnels',
  },
  aws_vpn_connection_route: {
    noun: 'route of a VPN connection',
    grade: 'cut',
    cut: 'what is sent to the site is lost for some seconds',
  },
  aws_vpn_gateway: { noun: 'VPN gateway', grade: 'cut', cut: 'every site is cut off from the region for 5–10 min' },
  aws_customer_gateway: { noun: 'description of a site’s device', grade: 'cut', cut: 'its VPN connection moves to it' },
  aws_lb: {
    noun: 'balancer',
    grade: 'cut',
    cut: 'its region answers nobody for 2–5 min, and longer where its name is cached; health checks fail meanwhile',
    lost: 'its DNS name and its addresses',
  },
  aws_lb_listener: { noun: 'listener', grade: 'cut', cut: 'its port answers nobody for some seconds' },
  aws_lb_target_group: {
    noun: 'target group',
    grade: 'cut',
    gentle: 'limited',
    cut: 'its balancer has nobody to send calls to until the targets are healthy, about a minute',
  },
  aws_lb_trust_store: { noun: 'trust store', grade: 'cut', cut: NOTHING_STOPS },
  terraform_data: { noun: 'step of a deployment', grade: 'routine', cut: NOTHING_STOPS },
}
