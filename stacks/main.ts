import { mkdirSync, writeFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { App } from 'cdktf'
import { AntipodeError, loadTopology } from '../topology/index.ts'
import { GatewayTopology } from './gateway-topology.ts'

/**
 * The CDKTF app: writes the stacks of the topologies named as arguments, or of both examples, into `CDKTF_OUTDIR`
 * (default `cdktf.out`). It needs neither network nor Terraform. What it refuses it says on stderr, and for programs in
 * the file that `ANTIPODE_REFUSAL` names.
 */
async function main(files: readonly string[]): Promise<void> {
  const extension = extname(import.meta.filename)
  const examples = ['active-passive', 'active-active'].map((name) => {
    return join(import.meta.dirname, 'examples', `${name}${extension}`)
  })
  const topologies = await Promise.all((files.length > 0 ? files : examples).map(loadTopology))
  const outdir = process.env.CDKTF_OUTDIR ?? 'cdktf.out'
  mkdirSync(outdir, { recursive: true })
  const app = new App({ outdir, stackTraces: false })
  for (const topology of topologies) new GatewayTopology(app, topology.name, { topology })
  app.synth()
}

try {
  await main(process.argv.slice(2))
} catch (error) {
  if (!(error instanceof AntipodeError)) throw error
  process.stderr.write(`${error.message}\n`)
  const refusal = process.env.ANTIPODE_REFUSAL
  if (refusal) writeFileSync(refusal, `${JSON.stringify({ code: error.code, details: error.details })}\n`)
  process.exitCode = error.exit
}
