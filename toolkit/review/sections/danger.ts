import { isKept } from '../danger/consequences.ts'
import { type AtApply, type Danger, dependentsText } from '../danger/danger.ts'
import type { Origin } from '../danger/origin.ts'
import { type Rename, renamesIn } from '../danger/renames.ts'
import { code } from '../markdown/escape.ts'
import { counted, listed } from '../markdown/sentence.ts'
import type { Review } from '../review.ts'
import { addressOf, type Snapshot, type StackDocument } from '../snapshot.ts'
import { folded, type Section, shown } from './section.ts'

/** Why Terraform destroys, beyond arguments that cannot change. */
const REASONS: Readonly<Record<string, string>> = {
  delete_because_no_resource_config: 'no longer declared',
  delete_because_no_module: 'the module is gone',
  delete_because_wrong_repetition: 'declared with another kind of index: `count`, `for_each` or neither',
  delete_because_count_index: 'past the `count`',
  delete_because_each_key: 'no longer among the keys of `for_each`',
  delete_because_no_move_target: 'moved to an address that nothing declares',
  replace_because_tainted: 'left half made by an earlier apply',
  replace_by_request: 'asked for with `-replace`',
  replace_by_triggers: 'asked for with `replace_triggered_by`',
}

/** Every destroy and replacement in a sentence, and what fails at apply although it plans well. */
export const danger: Section = {
  title: 'Danger',
  lines: ({ dangers, atApply, abandoned, changes, input, base, head }, most) => {
    if (input.refusal && changes.length === 0) return ['Not known: nothing was synthesised.']
    const grave = dangers.filter(({ grade }) => grade === 'data' || grade === 'cut')
    const limited = dangers.filter(({ grade }) => grade === 'limited')
    const left = dangers.filter((it) => it.changes.every(isKept))
    const routine = dangers.filter((it) => it.grade === 'routine' && !left.includes(it))
    const failing = atApply.filter(({ finding }) => finding.severity === 'error')
    const telling = atApply.filter(({ finding }) => finding.severity === 'warning')
    const providers = providerChanges(base, head)
    const forgotten = changes.filter(({ action }) => action === 'forget').length
    const moved = changes.filter(({ action }) => action === 'move')
    const lines = [
      ...providers,
      ...shown(failing, most, (it) => `- ⛔ ${applyText(it)}`, 'that fail at apply'),
      ...shown(grave, most, (it) => `- 🛑 ${dangerText(it)}`, 'dangers'),
      ...(abandoned.length > 0 ? [abandonedText(abandoned)] : []),
      ...(limited.length > 0
        ? foldedOrNot(
            limited.map(dangerText),
            `${counted(countOf(limited), 'resource')} replaced or destroyed without a cut for callers`,
            most,
          )
        : []),
      ...(telling.length > 0
        ? foldedOrNot(
            telling.map(applyText),
            `${counted(telling.length, 'change')} that the apply may meet more than the plan says`,
            most,
          )
        : []),
      ...(left.length > 0
        ? [
            `- Let go of, and left as they are (\`skip_destroy\`): ${listed(left.map((it) => counted(it.changes.length, it.noun)))}.`,
          ]
        : []),
      ...(routine.length > 0
        ? [`- As such things change: ${listed(routine.map((it) => counted(it.changes.length, it.noun)))} made anew.`]
        : []),
      ...(forgotten > 0
        ? [
            `- ${counted(forgotten, 'resource')} would be let go of: what is there stays, and nobody manages it any more.`,
          ]
        : []),
      ...shown(renamesIn(changes), most, renameText),
      ...(moved.length > 0 ? [movedText(moved.length)] : []),
    ]
    return lines.length > 0 ? lines : ['Nothing is destroyed or replaced.']
  },
}

function countOf(dangers: readonly Danger[]): number {
  return dangers.reduce((sum, { changes }) => sum + changes.length, 0)
}

/** A few stand where they are; many are folded. */
function foldedOrNot(texts: readonly string[], summary: string, most: number): string[] {
  if (texts.length <= 2) return texts.map((text) => `- ${text}`)
  return folded(
    summary,
    shown(texts, most, (text) => `- ${text}`),
  )
}

function renameText({ from, to }: Rename): string {
  return `- ${code(from.address)} looks like ${code(to.address)} by another name. A \`moved\` block from the one to the other keeps it as it is.`
}

function movedText(count: number): string {
  return `- ${counted(count, 'resource')} ${count === 1 ? 'goes' : 'go'} by another address from now on, and nothing is done to ${count === 1 ? 'it' : 'them'}.`
}

/** **us-east-1** `aws_db_instance.main` (database) is **replaced** because … */
export function dangerText(danger: Danger): string {
  const { changes, regions, noun, action, cut } = danger
  const what =
    changes.length === 1 ? `${subject(danger)} is` : `${counted(changes.length, noun)} (${examples(danger)}) are`
  const done =
    action === 'delete'
      ? '**destroyed**'
      : action === 'replace-before-destroy'
        ? '**replaced**, the new one first,'
        : '**replaced**'
  const dependents = dependentsText(danger)
  const because = becauseText(danger)
  const sentences = [
    `${regions.map((it) => `**${it}**`).join(', ')} ${what} ${done}${because}`,
    dependents,
    `Expected cut: ${cut}`,
  ]
  return `${sentences.filter((it) => it !== '').join('. ')}.`.replaceAll(',.', '.').replaceAll(/, because/g, ' because')
}

function subject({ changes, noun }: Danger): string {
  const [change] = changes
  if (!change) return noun
  const called = ['identifier', 'cluster_identifier', 'bucket', 'name', 'alarm_name', 'family', 'domain_name']
    .map((name) => change.before?.[name])
    .find((it) => typeof it === 'string' && it !== '' && !it.includes('${'))
  const own = called === undefined || called === change.name ? '' : ` ${code(`${called}`)}`
  return `${code(change.address)} (${noun}${own})`
}

function examples({ changes }: Danger): string {
  const all = [...new Set(changes.map(({ type, name, address }) => address || addressOf(type, name)))]
  const some = all.slice(0, 3).map((it) => code(it, 60))
  return all.length > 3 ? `${some.join(', ')}, …` : some.join(', ')
}

function becauseText({ because, reason, action }: Danger): string {
  const [only] = because
  if (only && because.length === 1) return ` because ${code(only.argument)} changes${originText(only.origins)}`
  if (only)
    return ` because ${listed(because.map(({ argument, origins }) => `${code(argument)}${originText(origins)}`))} change`
  const why = reason === null ? undefined : REASONS[reason]
  if (why) return ` (${why})`
  return action === 'delete' ? ' (no longer declared)' : ''
}

function originText(origins: readonly Origin[]): string {
  const some = origins.slice(0, 2).map(({ path, file, line }) => {
    return `${code(path)}${file === null ? '' : ` in ${code(line === null ? file : `${file}:${line}`)}`}`
  })
  if (some.length === 0) return ''
  return ` (${some.join(', ')}${origins.length > 2 ? ', …' : ''})`
}

function applyText({ change, finding }: AtApply): string {
  const { severity, summary, detail, source } = finding
  const fails = severity === 'error' ? 'plans well and **fails at apply**' : 'at apply'
  return `**${change.region}** ${code(change.address)} ${fails}: ${summary}. ${sentence(detail)} <sub>${link(source)}</sub>`
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`
}

/** Rules name a file of the provider's source, or a page. */
function link(source: string): string {
  return source.startsWith('https://') ? `[source](${source.replace(/[(),;\s].*$/, '')})` : source
}

function abandonedText(stacks: Review['abandoned']): string {
  const some = stacks.slice(0, 6).map(({ name }) => code(name))
  const more = stacks.length > 6 ? `, and ${stacks.length - 6} more` : ''
  const [each, are] = stacks.length === 1 ? ['it', 'is'] : ['them', 'are']
  const resources = stacks.reduce((sum, it) => sum + it.resources, 0)
  const held = new Map<string, number>()
  for (const { holding } of stacks) for (const [noun, count] of holding) held.set(noun, (held.get(noun) ?? 0) + count)
  const data = [...held].map(([noun, count]) => counted(count, noun))
  const among = data.length > 0 ? ` Among its ${counted(resources, 'resource')}: ${listed(data)}, which hold data.` : ''
  return (
    `- 🛑 ${counted(stacks.length, 'stack')} (${some.join(', ')}${more}) ${are} no longer synthesised.${among.replace('its', stacks.length === 1 ? 'its' : 'their')} ` +
    `No apply destroys what is not synthesised: run \`cdktf destroy\` for ${each} **before** merging, or everything in ${each} runs on, unmanaged and charged for.`
  )
}

/** Another version of a provider replaces other things. */
function providerChanges(base: Snapshot, head: Snapshot): string[] {
  const found = new Map<string, number>()
  for (const [name, { document }] of head.stacks) {
    const [before, after] = [base.stacks.get(name)?.document, document].map(versionsOf)
    for (const [provider, version] of after ?? []) {
      const old = before?.get(provider)
      if (old === undefined || old === version) continue
      const what = `${code(provider)} may be ${code(version)} instead of ${code(old)}`
      found.set(what, (found.get(what) ?? 0) + 1)
    }
  }
  return [...found].map(
    ([what, count]) =>
      `- The provider ${what}, in ${counted(count, 'stack')}: what replaces a resource differs between versions.`,
  )
}

function versionsOf(document: StackDocument | undefined): ReadonlyMap<string, string> {
  const required = (document?.terraform?.required_providers ?? {}) as Readonly<
    Record<string, { readonly version?: unknown }>
  >
  return new Map(Object.entries(required).map(([provider, { version }]) => [provider, `${version ?? 'any'}`]))
}
