import ipaddr from 'ipaddr.js'

type Range = [ipaddr.IPv4 | ipaddr.IPv6, number]

/**
 * A set of IPv4 and IPv6 addresses, given as addresses and CIDR ranges. An IPv4 address written inside IPv6
 * (`::ffff:10.0.0.1`) counts as IPv4.
 */
export class AddressSet {
  readonly #ranges: Range[]

  /** @throws Error naming the first text that is neither an address nor a range. */
  constructor(texts: readonly string[]) {
    this.#ranges = texts.map(parseRange)
  }

  get isEmpty(): boolean {
    return this.#ranges.length === 0
  }

  /** False for text that is no address. */
  has(address: string): boolean {
    if (this.#ranges.length === 0 || !ipaddr.isValid(address)) return false
    const parsed = ipaddr.process(address)
    return this.#ranges.some(([base, bits]) => base.kind() === parsed.kind() && parsed.match(base, bits))
  }
}

function parseRange(text: string): Range {
  try {
    if (text.includes('/')) return ipaddr.parseCIDR(text)
    const address = ipaddr.process(text)
    return [address, address.kind() === 'ipv4' ? 32 : 128]
  } catch {
    throw new Error(`${JSON.stringify(text)} is neither an IP address nor a CIDR range`)
  }
}
