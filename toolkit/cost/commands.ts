import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import { loadTopology } from '../../topology/index.ts'
import { type CommandContext, flag } from '../command.ts'
import { readStackDocuments, synthesise } from '../synthesise.ts'
import { type Estimate, estimate } from './estimate.ts'
import { estimateText } from './estimate-text.ts'
import { readPriceFile } from './price-file.ts'

/** `cost`: what the stacks of a topology cost in a month. Nothing is asked of AWS. */
export function addCostCommand(program: Command, context: CommandContext, parts: { readonly program: string }): void {
  program
    .command('cost')
    .summary('estimate what a topology costs in a month')
    .description(
      'Synthesises a topology and adds up what its resources cost in a month, per region and stack: as it stands, and ' +
        'failed over. Every price says where and when it was read. Needs no account and no network.',
    )
    .argument('<topology>', 'a .ts, .js, .yaml or .json file')
    .addOption(flag('--prices <file>', 'prices and usage of your own, in YAML or JSON, before those of the table'))
    .addHelpText('after', '\nExample:\n  antipode cost stacks/examples/active-passive.ts')
    .action(async (topology: string, { prices }: { prices?: string }) => {
      const result = await costOf(
        resolve(context.cwd, topology),
        prices && resolve(context.cwd, prices),
        parts,
        context,
      )
      context.say(estimateText(result))
      context.result(result)
    })
}

async function costOf(
  topologyFile: string,
  priceFile: string | undefined,
  { program }: { readonly program: string },
  { env, signal }: CommandContext,
): Promise<Estimate> {
  const { prices, usage } = await readPriceFile(priceFile)
  const topology = await loadTopology(topologyFile)
  const directory = await mkdtemp(join(tmpdir(), 'antipode-cost-'))
  try {
    await synthesise({ program, topologyFile, directory, env, signal })
    return estimate(topology, await readStackDocuments(directory), usage, prices)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}
