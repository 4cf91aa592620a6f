import type { StackDocument } from '../synthesise.ts'
import { PicturedStack } from './pictured-stack.ts'
import { type Arrow, arrowsBetween } from './stack-arrows.ts'
import { boxOf } from './stack-box.ts'

const CALLERS = 'callers'
const SHAFTS = { solid: '-->', thick: '==>', dotted: '-.->' } as const

/**
 * The stacks of a topology as a Mermaid flowchart: a frame per region, a box per stack with its main resources, and
 * arrows for answers, configuration, replication and links. All of it is read from the synthesised stacks.
 *
 * @param topology name of the topology: stacks are called `<topology>-<region>-<layer>`, or `<topology>-<layer>`
 */
export function stackPicture(topology: string, documents: ReadonlyMap<string, StackDocument>): string {
  const stacks = [...documents].map(([name, document]) => new PicturedStack(name, document))
  const regions = [...new Set(stacks.map(({ region }) => region))].sort()
  const home = (stack: PicturedStack) => regions.find((region) => stack.name.startsWith(`${topology}-${region}-`))
  const hosts = stacks.flatMap((stack) =>
    stack.of('aws_route53_record').flatMap(({ name, set_identifier, alias }) => {
      const answersCallers = set_identifier !== undefined || JSON.stringify(alias ?? '').includes('globalaccelerator')
      return answersCallers ? [{ stack, host: `${name}` }] : []
    }),
  )
  const arrows: readonly Arrow[] = [
    ...[...new Set(hosts.map(({ stack }) => stack))].map((stack): Arrow => {
      return { from: CALLERS, to: stack.name, label: 'ask', line: 'solid' }
    }),
    ...arrowsBetween(stacks),
  ]
  return [
    'flowchart TB',
    ...(hosts[0] ? [`  ${CALLERS}(["callers of ${quoted(hosts[0].host)}"])`] : []),
    ...stacks.filter((stack) => !home(stack)).map((stack) => `  ${box(stack, topology)}`),
    ...regions.flatMap((region) =>
      frame(
        region,
        stacks.filter((stack) => home(stack) === region),
        topology,
      ),
    ),
    ...arrows.map(arrow),
  ].join('\n')
}

function frame(region: string, stacks: readonly PicturedStack[], topology: string): string[] {
  if (stacks.length === 0) return []
  const boxes = stacks.map((stack) => `    ${box(stack, `${topology}-${region}`)}`)
  return [`  subgraph ${identifier(region)}["${quoted(region)}"]`, ...boxes, '  end']
}

/** The layer's name in the first line, what it holds below. */
function box(stack: PicturedStack, prefix: string): string {
  const layer = stack.name.startsWith(`${prefix}-`) ? stack.name.slice(prefix.length + 1) : stack.name
  return `${identifier(stack.name)}["${[`<b>${layer}</b>`, ...boxOf(stack).map(quoted)].join('<br/>')}"]`
}

function arrow({ from, to, label, line, bothWays }: Arrow): string {
  return `  ${identifier(from)} ${bothWays ? '<' : ''}${SHAFTS[line]}|"${quoted(label)}"| ${identifier(to)}`
}

/** Mermaid takes hyphens in identifiers for the beginning of an arrow. */
function identifier(name: string): string {
  return name.replace(/\W/g, '_')
}

/** Within quotes Mermaid knows no escape but HTML's. */
function quoted(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
