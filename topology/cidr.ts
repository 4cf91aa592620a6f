import ipaddr from 'ipaddr.js'

/** An IPv4 range: its first address as a number, and how many bits are fixed. */
export interface Cidr {
  readonly first: number
  readonly prefix: number
}

/** Undefined unless `text` is an IPv4 range in CIDR form. */
export function parseCidr(text: string): Cidr | undefined {
  if (!/^\d+\.\d+\.\d+\.\d+\/\d+$/.test(text) || !ipaddr.IPv4.isValidCIDR(text)) return undefined
  const [address, prefix] = ipaddr.IPv4.parseCIDR(text)
  return { first: address.octets.reduce((value, octet) => value * 256 + octet, 0), prefix }
}

export function formatCidr({ first, prefix }: Cidr): string {
  const octets = [24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256)
  return `${octets.join('.')}/${prefix}`
}

export function sizeOf({ prefix }: Cidr): number {
  return 2 ** (32 - prefix)
}

/** The range that contains this address and has no bit set after its prefix. */
export function networkOf(cidr: Cidr): Cidr {
  return { ...cidr, first: Math.floor(cidr.first / sizeOf(cidr)) * sizeOf(cidr) }
}

export function overlap(a: Cidr, b: Cidr): boolean {
  const [left, right] = [networkOf(a), networkOf(b)]
  return left.first < right.first + sizeOf(right) && right.first < left.first + sizeOf(left)
}

/** The part with this number when a range is split into 2^bits equal parts. */
export function subnetOf(cidr: Cidr, bits: number, number: number): Cidr {
  const prefix = cidr.prefix + bits
  return { first: networkOf(cidr).first + number * sizeOf({ first: 0, prefix }), prefix }
}
