import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadTopology } from '../../topology/index.ts'
import { readStackDocuments, synthesise } from '../synthesise.ts'
import { stackPicture } from './stack-picture.ts'

const INTRO = `# Architecture of the examples

<!-- Generated from the synthesised stacks by \`node toolkit/documentation/main.ts\`. -->

What is deployed, as the synthesised stacks say. A frame is a region, a box is a stack: each is applied by itself and has
a state of its own. A box in no frame belongs to no region. Dotted arrows are for when something is lost, and for
backups; thick ones are replication.

How long a failover takes, and why none of it is an apply: [Fail over by hand](failover.md). What each stack is for:
[Turn a topology into Terraform](synth.md). What it costs: [What it costs](cost.md).
`

/** `docs/architecture.md`: a picture per example. */
export async function architecturePage(root: string): Promise<string> {
  const examples = (await readdir(join(root, 'stacks', 'examples'))).filter((name) => name.endsWith('.ts')).sort()
  const sections = await Promise.all(examples.toReversed().map((name) => section(root, name)))
  return [INTRO, ...sections.flat()].join('\n')
}

/** None for an example that shows something else with the topology of another one. */
async function section(root: string, example: string): Promise<string[]> {
  const topologyFile = join(root, 'stacks', 'examples', example)
  const described = /\/\*\* ([^\n]*) \*\/\nexport const topology/.exec(await readFile(topologyFile, 'utf8'))
  if (!described) return []
  const [, purpose = ''] = described
  const { name } = await loadTopology(topologyFile)
  const directory = await mkdtemp(join(tmpdir(), 'antipode-picture-'))
  try {
    await synthesise({ program: join(root, 'stacks', 'main.ts'), topologyFile, directory })
    const picture = stackPicture(name, await readStackDocuments(directory))
    const title = `## ${example.replace(/\.ts$/, '')}: ${name}`
    const source = `[stacks/examples/${example}](../stacks/examples/${example})`
    return [`${title}\n\n${purpose} Described in ${source}.\n\n\`\`\`mermaid\n${picture}\n\`\`\`\n`]
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}
