import type { AdcResource } from '../../../runtime/model/adc/index.ts'
import type { CommandContext } from '../../command.ts'

/** Files that could be read are without mistakes; reading them throws otherwise. */
export function lint(local: readonly AdcResource[], context: CommandContext): void {
  const counts = Map.groupBy(local, ({ type }) => type)
  const kinds = [...counts].map(([type, { length }]) => `${length} ${type.replaceAll('_', ' ')}`)
  context.result({ ok: true, resources: Object.fromEntries([...counts].map(([type, { length }]) => [type, length])) })
  context.say(`no mistakes: ${kinds.join(', ') || 'nothing in it'}`)
}
