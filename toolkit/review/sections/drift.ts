import { code, shownValue } from '../markdown/escape.ts'
import { counted } from '../markdown/sentence.ts'
import { type Section, shown } from './section.ts'

/** What this apply would change back, and where control planes say different things. */
export const drift: Section = {
  title: 'Drift',
  lines: ({ drift: { overwritten, leftAlone }, input }, most) => {
    const { plans, offline, configurationDrift: live } = input
    const known = plans.length > 0 && !offline
    const aws = known
      ? overwritten.length === 0
        ? [
            `The apply overwrites nothing that was changed by hand${leftAlone > 0 ? `; ${counted(leftAlone, 'resource')} drifted and ${leftAlone === 1 ? 'is' : 'are'} left alone` : ''}.`,
          ]
        : [
            'Changed outside Terraform, and changed back by this apply:',
            '',
            ...shown(overwritten, most, (it) => {
              const paths = it.differences
                .slice(0, 4)
                .map(
                  ({ path, before, after }) =>
                    `${code(path)} was ${code(shownValue(before), 40)}, is ${code(shownValue(after), 40)}`,
                )
              return `- **${it.region}** ${code(it.address)} ${it.kind === 'gone' ? 'is gone, and would be made again' : paths.join(', ')}`
            }),
            ...(leftAlone > 0
              ? [`- ${counted(leftAlone, 'more resource')} drifted and ${leftAlone === 1 ? 'is' : 'are'} left alone`]
              : []),
          ]
      : ['What AWS really has is not known here: only plans with credentials tell.']
    if (!live) return [...aws, '', 'Control planes were not asked; `--control-planes` compares them.']
    const differing =
      live.differences.length === 0
        ? [`${counted(live.asked.length, 'control plane')} hold the same configuration.`]
        : ['Control planes differ:', '']
    return [
      ...aws,
      '',
      ...differing,
      ...shown(
        live.differences,
        most,
        ({ region, against, what }) => `- **${code(region)}** against ${code(against)}: ${code(what, 160)}`,
      ),
      ...live.failed.map(({ region, reason }) => `- **${code(region)}** could not be asked: ${code(reason, 160)}`),
    ]
  },
}
