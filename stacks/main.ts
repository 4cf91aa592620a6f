import { extname, join } from 'node:path'
import { synthesiseTopologies } from './synthesise-topologies.ts'

// The CDKTF app: writes the stacks of the topologies named as arguments, or of both examples, into `CDKTF_OUTDIR`
// (default `cdktf.out`). It needs neither network nor Terraform.
const extension = extname(import.meta.filename)
const examples = ['active-passive', 'active-active'].map((name) => {
  return join(import.meta.dirname, 'examples', `${name}${extension}`)
})
const named = process.argv.slice(2)
process.exitCode = await synthesiseTopologies(
  named.length > 0 ? named : examples,
  process.env.CDKTF_OUTDIR ?? 'cdktf.out',
)
