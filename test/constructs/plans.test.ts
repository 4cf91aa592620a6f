import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { before, describe, it, test } from 'node:test'
import { parse } from 'yaml'
import { startOfflineTerraform } from '../../toolkit/offline/offline-terraform.ts'
import { checkPlan } from '../../toolkit/offline/rules/plan-rules.ts'
import type { StackFinding } from '../../toolkit/offline/terraform/messages.ts'
import type { PlannedResource } from '../../toolkit/offline/terraform/planned-resources.ts'
import { relateStacks, type SynthesisedStack } from '../../toolkit/offline/terraform/synthesised-stack.ts'
import { findTerraform } from '../../toolkit/offline/terraform/terraform.ts'
import { deployable } from '../stacks/synthesise.ts'
import { passed } from '../toolkit/offline/deploy.ts'
import { eachOnce } from '../toolkit/offline/each-once.ts'
import { skip } from '../toolkit/offline/terraform-available.ts'
import { cloudflareMissing, needsCloudflare } from './cloudflare-installed.ts'
import { PLANNED, plannedConstruct, stackOfCases, type WrittenProps } from './planned-constructs.ts'

// Each case: a construct, props in which it differs from the usual ones (`before`), the props that change (`after`), a
// line of dashes, and what Terraform plans: an action a resource, then what would fail, or do more than it says, when
// applied. UPDATE_GOLDEN=1 writes what is planned now.
const folder = new URL('../golden/plans/', import.meta.url)

interface Case {
  readonly name: string
  readonly construct: string
  /** Props that it begins with. */
  readonly usual: WrittenProps
  /** Props that change. */
  readonly changed: WrittenProps
  readonly input: string
  readonly expected: string
}

const cases = readdirSync(folder).flatMap((file): Case[] => {
  const [input = '', expected = ''] = readFileSync(new URL(file, folder), 'utf8').split(/^---\n/m)
  if (cloudflareMissing && needsCloudflare(input)) return []
  const { construct, before: first, after: changed } = parse(input) as Record<string, never>
  const usual = { ...plannedConstruct(String(construct)).base, ...(first as WrittenProps | undefined) }
  const name = file.replace(/\.txt$/, '')
  return [{ name, construct: String(construct), usual, changed: changed ?? {}, input, expected }]
})

const constructs = Object.entries(PLANNED).filter(
  ([construct]) => !(cloudflareMissing && needsCloudflare(`construct: ${construct}`)),
)

/** Props that replace a database, of whatever kind: its key, and what an Aurora cluster was created as. */
const REPLACING = ['identifier', 'keyArn', 'name', 'origin']
const REPLACED = /^(replace|delete)\S* aws_(db_instance|rds_cluster|rds_cluster_instance|rds_global_cluster)\./

/** Aurora grows by itself, and its storage stands in three zones anyway. */
const OMITTED: Readonly<Record<string, readonly string[]>> = { PostgresGlobalMember: ['mostStorage', 'multiZone'] }

describe('what the real Terraform plans when a prop changes', { skip }, () => {
  const refusals = new Map(cases.map((it) => [it.name, refusalOf(it)]))
  const planned: PlannedResource[] = []
  const findings: Pick<StackFinding, 'severity' | 'summary' | 'address'>[] = []

  before(async () => {
    const first = stacksOf((it) => it.usual)
    const then = stacksOf((it) => (refusals.get(it.name) ? it.usual : after(it)))
    const terraform = await findTerraform(process.env)
    const offline = await startOfflineTerraform({ terraform, stacks: [...first, ...then], env: process.env })
    try {
      await eachOnce(first, async (stack) => {
        passed(await offline.place(stack))
        passed(await offline.planAndApply(stack.name))
      })
      await eachOnce(then, async (stack) => {
        await offline.place(stack)
        const outcome = await offline.plan(stack.name)
        const resources = await offline.planned(stack.name)
        planned.push(...resources)
        findings.push(...outcome.findings, ...checkPlan(resources))
      })
    } finally {
      await offline.close()
    }
  })

  for (const { name, input, expected } of cases) {
    it(name.replaceAll('-', ' '), () => {
      const refusal = refusals.get(name)
      const lines = refusal ? [`refused: ${refusal}`] : [...actionsOf(name), ...findingsOf(name)]
      const written = `${(lines.length > 0 ? lines : ['nothing changes']).join('\n')}\n`
      if (process.env.UPDATE_GOLDEN) writeFileSync(new URL(`${name}.txt`, folder), `${input}---\n${written}`)
      else assert.deepEqual(written.split('\n'), expected.split('\n'))
    })
  }

  it('replaces no database but for what cannot change otherwise, and then its protection stands in the way', () => {
    const lost = cases.filter(({ name }) => actionsOf(name).some((line) => REPLACED.test(line)))
    for (const { name } of lost) {
      assert.ok(
        findingsOf(name).some((line) => line.endsWith(': it is protected from deletion')),
        name,
      )
    }
    assert.deepEqual([...new Set(lost.flatMap(({ changed }) => Object.keys(changed)))].sort(), REPLACING)
  })

  function actionsOf(name: string): string[] {
    return planned
      .filter((resource) => resource.name.startsWith(`${name}_`))
      .map(({ action, type, name: id, replacedFor }) => {
        const why = replacedFor.length > 0 ? ` for ${replacedFor.toSorted().join(', ')}` : ''
        return `${action} ${type}.${plain(id, name)}${why}`
      })
      .sort()
  }

  function findingsOf(name: string): string[] {
    return findings
      .filter(({ address }) => address?.split('.')[1]?.startsWith(`${name}_`))
      .map(({ severity, summary, address = '' }) => {
        const [type = '', id = ''] = address.split('.')
        return `${severity} at ${type}.${plain(id, name)}: ${summary}`
      })
      .sort()
  }
})

function after({ usual, changed }: Case): WrittenProps {
  return { ...usual, ...changed }
}

/** A stack for each construct: Terraform's graph grows faster than what is in it. */
function stacksOf(props: (it: Case) => WrittenProps): SynthesisedStack[] {
  const documents = constructs.map(([construct]) => {
    const own = cases.filter((it) => it.construct === construct)
    return [construct, stackOfCases(own.map((it) => ({ ...it, props: props(it) })))] as const
  })
  return relateStacks(deployable(new Map(documents)))
}

/** Why the construct itself does not take the changed props. */
function refusalOf(it: Case): string | undefined {
  try {
    stackOfCases([{ ...it, props: after(it) }])
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message.replaceAll(`cases/${it.name}/`, '') : `${error}`
  }
}

/** Without the case it is in, and what CDKTF adds to tell it apart. */
function plain(id: string, name: string): string {
  return id.slice(name.length + 1).replace(/_[0-9A-F]{8}$/, '')
}

test('every prop of these constructs has a case', () => {
  const declared = declaredProps()
  const missing: string[] = []
  const unknown: string[] = []
  for (const [construct, { interfaces }] of constructs) {
    const props = new Set(interfaces.flatMap((name) => declared.get(name) ?? assert.fail(name)))
    // What it changes is the user's to know.
    for (const prop of ['transform', ...(OMITTED[construct] ?? [])]) props.delete(prop)
    const own = cases.filter((it) => it.construct === construct)
    const tried = new Set(own.flatMap(({ changed }) => Object.keys(changed)))
    missing.push(...[...props].filter((prop) => !tried.has(prop)).map((prop) => `${construct}.${prop}`))
    unknown.push(...[...tried].filter((prop) => !props.has(prop)).map((prop) => `${construct}.${prop}`))
  }
  assert.deepEqual({ missing, unknown }, { missing: [], unknown: [] })
})

const INTERFACE = /^export interface (\w+Props)([^{]*)\{\n(.*?)^\}/gms

/** The names of the props that each interface of the constructs declares itself, or picks from another. */
function declaredProps(): ReadonlyMap<string, readonly string[]> {
  const constructs = new URL('../../constructs/', import.meta.url)
  const declared = new Map<string, readonly string[]>()
  for (const file of readdirSync(constructs).filter((name) => name.endsWith('.ts'))) {
    const source = readFileSync(new URL(file, constructs), 'utf8')
    for (const [, name = '', heritage = '', body = ''] of source.matchAll(INTERFACE)) {
      const picked = [...(/Pick<\w+, ([^>]+)>/.exec(heritage)?.[1] ?? '').matchAll(/'(\w+)'/g)]
      const own = [...body.matchAll(/^ {2}readonly (\w+)\??:/gm)]
      declared.set(
        name,
        [...picked, ...own].map(([, prop = '']) => prop),
      )
    }
  }
  return declared
}
