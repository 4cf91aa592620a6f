import { fileURLToPath } from 'node:url'
import type { CompiledDrill } from '../../../../toolkit/drill/compile/compile-drill.ts'
import { loadDrillText } from '../../../../toolkit/drill/compile/load-drill.ts'

/** A live drill of the topology beside this file; quick, since its callers keep answers for a second. */
export async function liveDrill(fault: string): Promise<CompiledDrill> {
  const here = fileURLToPath(import.meta.url)
  const text = `
drill: lose-live
claim: Losing the gateways of us-east-1 costs callers seconds.
topology: ./live-topology.ts
mode: live
traffic:
  rate: 20/s
  timeout: 2s
  vantages: [a, b]
  calls: [GET /v1/ping]
ready: [all regions serving, headroom(survivors) >= 30%]
fault: [${fault}]
expect: [share(us-east-1) == 0 within 60s, success >= 95% for 3s]
recover: { hold: 3s }
after: [answers == baseline, overrides == 0]
report: [html, markdown]
`
  return (await loadDrillText(text, here)).drill
}
