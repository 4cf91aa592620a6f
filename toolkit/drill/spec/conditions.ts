import { type Duration, type Percent, parseDuration, parsePercent } from '../../../topology/index.ts'

/** Sentences of a drill's file that a machine can check. `text` is the sentence as it was written. */
export type ReadyCondition =
  | { readonly text: string; readonly kind: 'all-regions-serving' }
  | { readonly text: string; readonly kind: 'headroom'; readonly atLeast: Percent }
  | { readonly text: string; readonly kind: 'drift' }

export type Expectation =
  | { readonly text: string; readonly kind: 'share-zero'; readonly region: string; readonly within: Duration }
  | { readonly text: string; readonly kind: 'writers' }
  | { readonly text: string; readonly kind: 'hash' }
  | { readonly text: string; readonly kind: 'success'; readonly atLeast: Percent; readonly window: Duration }
  | { readonly text: string; readonly kind: 'drift-found' | 'drift-healed'; readonly within: Duration }

export type AbortCondition =
  | { readonly text: string; readonly kind: 'success-below'; readonly below: Percent; readonly window: Duration }
  | { readonly text: string; readonly kind: 'budget-above'; readonly above: Percent }

export type AfterCheck = { readonly text: string; readonly kind: 'answers' | 'overrides' | 'drift' | 'synth' }

/** A sentence and its place in the list it was read from. */
export type Placed<T> = T & { readonly at: number }

interface Form<T> {
  /** How the sentence is written, for those who got it wrong. */
  readonly shape: string
  readonly pattern: RegExp
  /** @throws RangeError where a quantity in it makes no sense */
  read(text: string, groups: readonly string[]): T
}

const DURATION = String.raw`(\d[\d.]*\s*(?:ms|s|m|h))`
const PERCENT = String.raw`(\d[\d.]*\s*%)`

function form<T>(shape: string, pattern: string, read: Form<T>['read']): Form<T> {
  return { shape, pattern: new RegExp(`^${pattern.replaceAll(' ', String.raw`\s*`)}$`), read }
}

export const READY: readonly Form<ReadyCondition>[] = [
  form('all regions serving', 'all regions serving', (text) => ({ text, kind: 'all-regions-serving' })),
  form('headroom(survivors) >= 30%', String.raw`headroom\(survivors\) >= ${PERCENT}`, (text, [share]) => {
    return { text, kind: 'headroom', atLeast: parsePercent(share!) }
  }),
  form('drift == 0', 'drift == 0', (text) => ({ text, kind: 'drift' })),
]

export const EXPECT: readonly Form<Expectation>[] = [
  form(
    'share(<region>) == 0 within 60s',
    String.raw`share\(([^)]*)\) == 0 within ${DURATION}`,
    (text, [region, within]) => {
      return { text, kind: 'share-zero', region: region!.trim(), within: parseDuration(within!) }
    },
  ),
  form('writers <= 1 always', 'writers <= 1 always', (text) => ({ text, kind: 'writers' })),
  form('hash(survivors) == expected always', String.raw`hash\(survivors\) == expected always`, (text) => ({
    text,
    kind: 'hash',
  })),
  form('success >= 99.9% for 10s', `success >= ${PERCENT} for ${DURATION}`, (text, [share, window]) => {
    return { text, kind: 'success', atLeast: parsePercent(share!), window: parseDuration(window!) }
  }),
  form('drift found within 30s', `drift found within ${DURATION}`, (text, [within]) => {
    return { text, kind: 'drift-found', within: parseDuration(within!) }
  }),
  form('drift healed within 60s', `drift healed within ${DURATION}`, (text, [within]) => {
    return { text, kind: 'drift-healed', within: parseDuration(within!) }
  }),
]

export const ABORT: readonly Form<AbortCondition>[] = [
  form(
    'success(survivors) < 98% for 15s',
    String.raw`success\(survivors\) < ${PERCENT} for ${DURATION}`,
    (text, [share, window]) => {
      return { text, kind: 'success-below', below: parsePercent(share!), window: parseDuration(window!) }
    },
  ),
  form('budget > 3%', `budget > ${PERCENT}`, (text, [share]) => {
    return { text, kind: 'budget-above', above: parsePercent(share!) }
  }),
]

export const AFTER: readonly Form<AfterCheck>[] = [
  form('answers == baseline', 'answers == baseline', (text) => ({ text, kind: 'answers' })),
  form('overrides == 0', 'overrides == 0', (text) => ({ text, kind: 'overrides' })),
  form('drift == 0', 'drift == 0', (text) => ({ text, kind: 'drift' })),
  form('synth == baseline', 'synth == baseline', (text) => ({ text, kind: 'synth' })),
]

/** Reads one sentence by the first form that fits; otherwise says which forms there are. */
export function readSentence<T>(value: unknown, forms: readonly Form<T>[]): { sentence: T } | { change: string } {
  if (typeof value === 'string') {
    const text = value.trim().replace(/\s+/g, ' ')
    for (const { pattern, read } of forms) {
      const [, ...groups] = pattern.exec(text) ?? []
      if (!pattern.test(text)) continue
      try {
        return { sentence: read(text, groups.map(String)) }
      } catch (error) {
        return { change: (error as Error).message }
      }
    }
  }
  return { change: `write one of: ${forms.map(({ shape }) => shape).join(' · ')}` }
}
