import { mkdirSync, writeFileSync } from 'node:fs'
import { App } from 'cdktf'
import { AntipodeError, loadTopology } from '../topology/index.ts'
import { GatewayTopology } from './gateway-topology.ts'
import { loadConfiguration } from './load-configuration.ts'

/**
 * Writes the stacks of the topologies in these files, and of what their gateways serve, into a folder. What is refused is said on stderr, and for programs
 * in the file that `ANTIPODE_REFUSAL` names.
 *
 * @returns the exit code
 */
export async function synthesiseTopologies(files: readonly string[], outdir: string): Promise<number> {
  try {
    const described = await Promise.all(
      files.map(async (file) => ({ topology: await loadTopology(file), configuration: await loadConfiguration(file) })),
    )
    mkdirSync(outdir, { recursive: true })
    const app = new App({ outdir, stackTraces: false })
    for (const { topology, configuration } of described) {
      new GatewayTopology(app, topology.name, { topology, ...(configuration && { configuration }) })
    }
    app.synth()
    return 0
  } catch (error) {
    if (!(error instanceof AntipodeError)) throw error
    process.stderr.write(`${error.message}\n`)
    const refusal = process.env.ANTIPODE_REFUSAL
    if (refusal) writeFileSync(refusal, `${JSON.stringify({ code: error.code, details: error.details })}\n`)
    return error.exit
  }
}
