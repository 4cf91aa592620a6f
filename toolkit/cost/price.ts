/** What one unit of something costs. */
export interface Price {
  /** Which price it is, such as `nat-gateway-hour`: part of the format of price files. */
  readonly item: string
  /** The region of AWS that it holds for. @default everywhere that has no price of its own */
  readonly region?: string
  /** For one unit, in the table's currency. */
  readonly price: number
  /** The unit, for people: `hour`, `GB`, `key and month`. */
  readonly unit: string
  /** The day or month it is of, `2026-09-20`. */
  readonly date: string
  /** Where it was read. */
  readonly source: string
  /** No page of the vendor could be read: take it as likely, and check it before you rely on it. @default false */
  readonly assumed?: boolean
}

/** Prices by item and region; one currency in all of them. */
export class PriceList {
  readonly currency: string
  readonly #prices: readonly Price[]

  /** @param prices the first that fits holds */
  constructor(currency: string, prices: readonly Price[]) {
    this.currency = currency
    this.#prices = prices
  }

  /** What an item costs in a region; undefined where no price is known, or only one of another region. */
  of(item: string, region: string): Price | undefined {
    return this.#prices.find((price) => price.item === item && (price.region ?? region) === region)
  }

  /** As `of`, else what the item costs in another region: prices differ by a few per cent between regions. */
  likely(item: string, region: string): Price | undefined {
    return this.of(item, region) ?? this.#prices.find((price) => price.item === item)
  }
}
