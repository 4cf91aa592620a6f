import { code, codeBlock } from '../markdown/escape.ts'
import { daysBetween } from '../posture/posture.ts'
import type { Section } from './section.ts'

/** What a rehearsal showed of this very topology, or how to get one. */
export const proof: Section = {
  title: 'Proof',
  lines: ({ proofs, head, input }) => {
    if (input.refusal) return ['There is nothing to rehearse until it synthesises.']
    if (proofs.length === 0) return ['No topology is known here, so none can be rehearsed.']
    const at = head.commit?.at ?? null
    return proofs.flatMap(({ topology, hash, drills, command }) => [
      ...drills.map(({ drill, verdict, started, sentence, folder }) => {
        const age = at === null ? '' : `, ${daysBetween(started, at)}`
        return `- ${verdict === 'PASS' ? '✅' : '❌'} ${code(topology)} · ${code(drill)}: **${code(verdict)}** on ${code(started.slice(0, 10))}${age} (${code(folder)}): ${code(sentence, 200)}`
      }),
      ...(command === null
        ? []
        : [
            `No drill of ${code(topology)} as it is here (${code(hash.slice(0, 16))}) has passed. To prove it:`,
            '',
            codeBlock(command, 'sh'),
          ]),
    ])
  },
}
