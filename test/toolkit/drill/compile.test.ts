import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { blastRadius } from '../../../toolkit/drill/compile/blast-radius.ts'
import { compileDrill } from '../../../toolkit/drill/compile/compile-drill.ts'
import { predict } from '../../../toolkit/drill/compile/predict.ts'
import { formatSpecProblems } from '../../../toolkit/drill/spec/problem-list.ts'
import { readSpec } from '../../../toolkit/drill/spec/read-spec.ts'
import { topologyHash } from '../../../topology/index.ts'
import { payments } from './payments-topology.ts'
import { storefront } from './storefront-topology.ts'

const GOLDEN = fileURLToPath(new URL('../../golden/drills/', import.meta.url))
const RULE = '----------\n'

/** Each golden file is a drill, a rule, and what compiling it against its topology says. UPDATE_GOLDEN=1 writes it. */
for (const name of readdirSync(GOLDEN).filter((file) => file.endsWith('.txt'))) {
  test(`compiles as ${name} says`, () => {
    const [input = '', expected] = readFileSync(GOLDEN + name, 'utf8').split(RULE)
    const actual = compiled(input)
    if (process.env.UPDATE_GOLDEN) writeFileSync(GOLDEN + name, `${input}${RULE}${actual}\n`)
    else assert.equal(`${actual}\n`, expected)
  })
}

function compiled(input: string): string {
  const { spec, problems } = readSpec(input)
  const topology = spec.topology === storefront.name ? storefront : payments
  const drill = compileDrill(spec, topology, topologyHash(topology), problems)
  if (problems.problems.length > 0) return formatSpecProblems(problems.problems)
  const prediction = predict(drill)
  return [
    ...blastRadius(drill),
    `detection ${prediction.detect ?? 'nothing to detect'}, RTO ${prediction.rto}, RPO ${prediction.rpo}`,
    ...prediction.cohorts.map(({ cohort, arithmetic }) => `${cohort}: ${arithmetic}`),
  ].join('\n')
}

test('a drill is pinned to the content of its topology', () => {
  const { spec, problems } = readSpec('drill: a\n')
  assert.equal(compileDrill(spec, payments, 'hash', problems).topologyHash, 'hash')
})
