import { readFile } from 'node:fs/promises'
import { parse } from 'yaml'
import { AntipodeError } from '../../runtime/model/errors.ts'
import { type Price, PriceList } from './price.ts'
import { CURRENCY, PRICES } from './price-table.ts'
import { USAGE, type Usage } from './usage.ts'

/**
 * Prices and usage of one's own, before those of the table:
 *
 * ```yaml
 * prices:
 *   - { item: nat-gateway-hour, region: eu-west-1, price: 0.048, unit: hour, date: 2026-11-01, source: my bill }
 * usage: { averageLoad: 0.3 }
 * ```
 *
 * @throws AntipodeError CONFIG_INVALID with every mistake in the file
 */
export async function readPriceFile(file: string | undefined): Promise<{ prices: PriceList; usage: Usage }> {
  if (file === undefined) return { prices: new PriceList(CURRENCY, PRICES), usage: USAGE }
  const { currency = CURRENCY, prices = [], usage = {}, ...rest } = await read(file)
  const problems = [
    ...Object.keys(rest).map((key) => `${key} is unknown; there are currency, prices and usage`),
    ...(typeof currency === 'string' ? [] : ['currency is a text such as USD']),
    ...(Array.isArray(prices) ? prices.flatMap(problemsOfPrice) : ['prices is a list']),
    ...problemsOfUsage(usage),
  ]
  if (currency !== CURRENCY && Array.isArray(prices)) {
    const missing = PRICES.filter(({ item }) => !prices.some((price) => price?.item === item)).map(({ item }) => item)
    // A sum of two currencies would be nonsense.
    if (missing.length > 0) problems.push(`in ${currency} every item needs a price; missing: ${missing.join(', ')}`)
  }
  if (problems.length > 0) throw new AntipodeError('CONFIG_INVALID', { file, problems: problems.join('; ') })
  return {
    prices: new PriceList(currency as string, [...(prices as Price[]), ...PRICES]),
    usage: { ...USAGE, ...(usage as Partial<Usage>) },
  }
}

async function read(file: string): Promise<Record<string, unknown>> {
  const invalid = (problems: string) => new AntipodeError('CONFIG_INVALID', { file, problems })
  let content: unknown
  try {
    content = parse(await readFile(file, 'utf8'))
  } catch (error) {
    throw invalid(error instanceof Error ? error.message : String(error))
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    throw invalid('it holds no prices; write `prices:` and `usage:`')
  }
  return content as Record<string, unknown>
}

function problemsOfPrice(price: unknown, index: number): string[] {
  const path = `prices.${index}`
  if (typeof price !== 'object' || price === null) return [`${path} is an object with item, price, unit, date, source`]
  const fields = price as Record<string, unknown>
  const texts = ['item', 'unit', 'date', 'source'].filter((field) => typeof fields[field] !== 'string')
  const known = PRICES.some(({ item }) => item === fields.item) || /^(rds|aurora)-instance-hour:/.test(`${fields.item}`)
  return [
    ...texts.map((field) => `${path}.${field} is missing; every price says where and when it was read`),
    ...(isAmount(fields.price) ? [] : [`${path}.price is a number of 0 or more, not '${fields.price}'`]),
    ...(known || typeof fields.item !== 'string' ? [] : [`${path}.item '${fields.item}' is none of the table's`]),
  ]
}

function problemsOfUsage(usage: unknown): string[] {
  if (typeof usage !== 'object' || usage === null) return ['usage is an object']
  return Object.entries(usage).flatMap(([field, value]) => {
    if (!(field in USAGE)) return [`usage.${field} is unknown; there are ${Object.keys(USAGE).join(', ')}`]
    return isAmount(value) ? [] : [`usage.${field} is a number of 0 or more, not '${value}'`]
  })
}

function isAmount(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0
}
