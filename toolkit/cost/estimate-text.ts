import type { CostedLine, Estimate, RegionCost } from './estimate.ts'

const WHAT = 46
const QUANTITY = 26
const AMOUNT = 13

/** The estimate as a plain table. */
export function estimateText(estimate: Estimate): string {
  const { topology, currency, regions, total, usage, prices, notes } = estimate
  const standbys = regions.filter(({ role }) => role === 'standby')
  return [
    `${topology} · ${currency} a month, list prices before tax and discounts`,
    ...regions.flatMap(regionLines),
    '',
    row('every region healthy', '', amount(total), ''),
    ...standbys.map(({ region, usual, failedOver }) => {
      return `${region} costs ${amount(usual)} a month as a standby, ${amount(failedOver)} while it carries every caller`
    }),
    '',
    'assumed usage (a file given with --prices can say otherwise)',
    ...Object.entries(usage).map(([name, value]) => `  ${name.padEnd(WHAT - 2)}${value}`),
    '',
    'prices, when and where they were read (* assumed, and where to check)',
    ...prices.map(({ item, region, price, unit, date, source, assumed }) => {
      const name = `  ${item}${region ? ` (${region})` : ''}${assumed ? ' *' : ''}`
      return `${name.padEnd(WHAT + 12)} ${price} per ${unit}, ${date}, ${source}`
    }),
    '',
    ...notes,
  ]
    .map((line) => line.trimEnd())
    .join('\n')
}

function regionLines({ region, role, stacks, usual, failedOver }: RegionCost): string[] {
  return [
    '',
    row(`${region} · ${role}`, 'usual units × price', 'usual', region === 'global' ? '' : 'failed over'),
    ...stacks
      .filter(({ lines }) => lines.length > 0)
      .flatMap((stack) => [
        row(`  ${stack.stack}`, '', amount(stack.usual), region === 'global' ? '' : amount(stack.failedOver)),
        ...stack.lines.map((line) => costLine(line, region === 'global')),
      ]),
    row('  all of it', '', amount(usual), region === 'global' ? '' : amount(failedOver)),
  ]
}

function costLine({ what, count, quantity, price, usual, failedOver }: CostedLine, usualOnly: boolean): string {
  const times = `${rounded(quantity.usual)} × ${price.price}`
  return row(`    ${count > 1 ? `${count} × ` : ''}${what}`, times, amount(usual), usualOnly ? '' : amount(failedOver))
}

function row(what: string, quantity: string, usual: string, failedOver: string): string {
  return `${what.padEnd(WHAT)} ${quantity.padStart(QUANTITY)} ${usual.padStart(AMOUNT)} ${failedOver.padStart(AMOUNT)}`
}

function amount(value: number): string {
  return value.toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 })
}

function rounded(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: value < 10 ? 2 : 0 })
}
