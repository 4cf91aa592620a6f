import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { AntipodeError } from '../../../runtime/model/errors.ts'
import type { CommandContext } from '../../command.ts'
import { readStackDocuments, synthesise } from '../../synthesise.ts'

/** What balances callers, with ids as its vendor knows them. */
export type DeployedSwitch =
  | {
      readonly kind: 'routing-control'
      readonly controls: Readonly<Record<string, string>>
      readonly endpoints: readonly { readonly endpoint: string; readonly region: string }[]
    }
  | { readonly kind: 'inverted-check'; readonly checks: Readonly<Record<string, string>> }
  | {
      readonly kind: 'accelerator'
      readonly groups: Readonly<Record<string, string>>
      /** Regions whose dial is open while nothing is lost: not that of a standby. */
      readonly usual: readonly string[]
    }
  | { readonly kind: 'cloudflare'; readonly account: string; readonly pools: Readonly<Record<string, string>> }

/** What is deployed of a pair of regions, as the output `deployment` of its GSLB's stack says. */
export interface Deployed {
  readonly topology: string
  readonly database: {
    readonly kind: 'instance' | 'aurora-global'
    /** Of `aurora-global`. */
    readonly global?: string
    /** Of instances or clusters, by region. */
    readonly identifiers: Readonly<Record<string, string>>
  }
  readonly control_planes: Readonly<Record<string, { readonly url: string; readonly index: number }>>
  /** How long callers take to move once a switch is thrown, in words. */
  readonly callers_move: string
  /** Undefined where none is deployed, or where only Terraform's state knows its ids. */
  readonly switch?: DeployedSwitch
  /** A switch is deployed whose ids are not known here. */
  readonly switchUnknown: boolean
}

export interface DeployedSource {
  /** A `.ts`, `.js`, `.yaml` or `.json` file. */
  readonly topology?: string
  /** `terraform output -json` of the GSLB's stack. */
  readonly outputs?: string
}

type Outputs = Readonly<Record<string, { readonly value?: unknown }>>

/**
 * Reads what is deployed: from the kept outputs, which know everything and need nothing, or else from the stacks that
 * the topology synthesises to, which know every name and no id that AWS gives.
 *
 * @throws AntipodeError USAGE where neither says what a failover needs
 */
export async function readDeployed(
  source: DeployedSource,
  context: Pick<CommandContext, 'cwd' | 'env' | 'signal'>,
  synth: string,
): Promise<Deployed> {
  const file = source.outputs ?? source.topology
  if (file === undefined) {
    const reason = '--engine aws needs --outputs, or --topology, to know what is deployed'
    throw new AntipodeError('USAGE', { reason })
  }
  const outputs = source.outputs
    ? await readOutputs(resolve(context.cwd, source.outputs))
    : await synthesisedOutputs(resolve(context.cwd, file), context, synth)
  const found = outputs.deployment?.value as (Deployed & { readonly switch?: DeployedSwitch }) | undefined
  if (!found?.database?.identifiers || !found.control_planes) {
    const reason = `${file} has no output 'deployment'; it is there for active-passive topologies that replicate physically`
    throw new AntipodeError('USAGE', { reason })
  }
  const { switch: thrown, ...rest } = found
  const unknown = thrown !== undefined && JSON.stringify(thrown).includes('${')
  return { ...rest, switchUnknown: unknown, ...(thrown && !unknown && { switch: thrown }) }
}

async function readOutputs(file: string): Promise<Outputs> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Outputs
  } catch (error) {
    throw new AntipodeError(
      'USAGE',
      { reason: `${file} cannot be read: ${(error as Error).message}` },
      { cause: error },
    )
  }
}

async function synthesisedOutputs(
  topologyFile: string,
  { env, signal }: Pick<CommandContext, 'env' | 'signal'>,
  program: string,
): Promise<Outputs> {
  const directory = await mkdtemp(join(tmpdir(), 'antipode-deployed-'))
  try {
    await synthesise({ program, topologyFile, directory, env, signal, withoutImage: true })
    const documents = [...(await readStackDocuments(directory)).values()]
    return documents.find(({ output }) => output?.deployment)?.output ?? {}
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}
