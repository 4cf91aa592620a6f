import { type AtApply, type Danger, dependentsText } from '../danger/danger.ts'
import type { Origin } from '../danger/origin.ts'
import { code } from '../markdown/escape.ts'
import { counted, listed } from '../markdown/sentence.ts'
import { addressOf } from '../snapshot.ts'
import { folded, type Section, shown } from './section.ts'

/** Why Terraform destroys, beyond arguments that cannot change. */
const REASONS: Readonly<Record<string, string>> = {
  delete_because_no_resource_config: 'nothing declares it any more',
  delete_because_no_module: 'the module that it was in is gone',
  delete_because_wrong_repetition: 'it goes by another kind of index now (`count`, `for_each` or neither)',
  delete_because_count_index: 'its index is past the count',
  delete_because_each_key: 'its key is no longer among those of `for_each`',
  delete_because_no_move_target: 'it was moved to an address that nothing declares',
  replace_because_cannot_update: 'an argument cannot be changed',
  replace_because_tainted: 'it was left half made',
  replace_by_request: 'somebody asked for it (`-replace`)',
  replace_by_triggers: 'something that it is to follow changes (`replace_triggered_by`)',
}

/** Every destroy and replacement in a sentence, and what fails at apply although it plans well. */
export const danger: Section = {
  title: 'Danger',
  lines: ({ dangers, atApply, abandoned, changes, input }, most) => {
    if (input.refusal && changes.length === 0) return ['Not known: nothing was synthesised.']
    const grave = dangers.filter(({ grade }) => grade === 'data' || grade === 'cut')
    const limited = dangers.filter(({ grade }) => grade === 'limited')
    const routine = dangers.filter(({ grade }) => grade === 'routine')
    const failing = atApply.filter(({ finding }) => finding.severity === 'error')
    const telling = atApply.filter(({ finding }) => finding.severity === 'warning')
    const moved = changes.filter(({ action }) => action === 'move')
    const lines = [
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
      ...(routine.length > 0
        ? [`- As such things change: ${listed(routine.map((it) => counted(it.changes.length, it.noun)))} made anew.`]
        : []),
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
  if (because.length > 0) {
    const [only] = because
    if (only && because.length === 1) return ` because ${code(only.argument)} changes${originText(only.origin)}`
    return ` because ${listed(because.map(({ argument, origin }) => `${code(argument)}${originText(origin)}`))} change`
  }
  if (reason !== null && REASONS[reason]) return ` because ${REASONS[reason]}`
  return action === 'delete' ? ' because nothing declares it any more' : ''
}

export function originText(origin: Origin | null): string {
  if (!origin) return ''
  const place =
    origin.file === null ? '' : ` in ${code(origin.line === null ? origin.file : `${origin.file}:${origin.line}`)}`
  return ` (${code(origin.path)}${place})`
}

function applyText({ change, finding }: AtApply): string {
  const { severity, summary, detail, source } = finding
  const fails = severity === 'error' ? 'plans well and **fails at apply**' : 'does more at apply than the plan says'
  return `**${change.region}** ${code(change.address)} ${fails}: ${summary}. ${sentence(detail)} <sub>${link(source)}</sub>`
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`
}

/** Rules name a file of the provider's source, or a page. */
function link(source: string): string {
  return source.startsWith('https://') ? `[source](${source.replaceAll(/[()\s].*$/g, '')})` : source
}

function abandonedText(stacks: readonly string[]): string {
  const some = stacks.slice(0, 6).map((it) => code(it))
  const more = stacks.length > 6 ? `, and ${stacks.length - 6} more` : ''
  const each = stacks.length === 1 ? 'it' : 'them'
  return `- 🛑 ${counted(stacks.length, 'stack')} (${some.join(', ')}${more}) ${stacks.length === 1 ? 'is' : 'are'} no longer synthesised. No apply destroys what is not synthesised: run \`cdktf destroy\` for ${each} **before** merging, or everything in ${each} runs on, unmanaged and charged for.`
}
