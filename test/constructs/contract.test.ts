import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { TerraformElement, TerraformStack, Testing } from 'cdktf'
import { Construct, type IConstruct } from 'constructs'
import * as exported from '../../constructs/index.ts'
import { GatewayTopology } from '../../stacks/index.ts'
import { goldenTopologies } from '../stacks/golden-topologies.ts'

// What every construct of the library has, read from its source and from what it makes in every golden topology, so
// that a new one that lacks something fails here.

type ConstructClass = (abstract new (...input: never[]) => Construct) & { readonly name: string }

interface Source {
  readonly name: string
  readonly text: string
  readonly abstract: boolean
}

const folder = new URL('../../constructs/', import.meta.url)
const index = readFileSync(new URL('index.ts', folder), 'utf8')

const classes = Object.values<unknown>(exported).filter(isConstructClass)
const sources = classes.map(({ name }): Source => {
  const file = [...index.matchAll(/export (?:type )?\{([^}]*)\} from '\.\/([^']+)'/g)].find(([, names = '']) =>
    names.split(',').some((each) => each.trim() === name),
  )?.[2]
  const text = readFileSync(new URL(file ?? assert.fail(`${name} is exported from nowhere`), folder), 'utf8')
  return { name, text, abstract: text.includes(`export abstract class ${name} `) }
})
const concrete = sources.filter(({ abstract }) => !abstract)
const made = concrete.filter(({ name }) => !name.startsWith('Existing'))

/** What has no `fromExisting`, and why. */
const NEVER_EXISTING: Readonly<Record<string, string>> = {
  AcceleratorGslb: 'nothing here is made for a GSLB: callers ask it, and it names what it answers with',
  CloudflareGslb: 'as above',
  Route53Gslb: 'as above',
  CloudflareZone: 'takes the id of a zone that exists, always',
  DrillUndoRole: 'whoever made a role of their own hands its ARN to the drill',
  EphemeralResource: 'a block of Terraform’s own, which leaves nothing behind that could exist',
  FailoverRunbook: 'an output of the stack',
  FargateService: 'part of a service: ControlPlaneService and DataPlaneService take those of others',
  GatewayZone: 'takes the id of a zone that exists, or makes one',
  InvertedCheckSwitch: 'a GSLB joins the checks of a switch with its own, and takes none that it does not know',
  RoutingControlSwitch: 'as above; its cluster may be somebody else’s',
  NetworkEndpoints: 'part of a network: one that exists has its own',
  PostgresSettings: 'part of a database: one that exists has its own',
  ReplicationAlarms: 'nothing takes an alarm; the topic that it rings on may be somebody else’s',
  Surroundings: 'reads where it is, and makes nothing',
  TaskRoles: 'part of a service: what may be granted to one is granted to it',
}

/** What makes resources without a `transform` of its own, and by way of what they are changed. */
const CHANGED_ELSEWHERE: Readonly<Record<string, string>> = {
  Connections: 'rules are made one by one as others ask for them; the group is public',
  EphemeralResource: 'its arguments are given as Terraform names them',
  PostgresSettings: '`settings` of the database',
  Surroundings: 'only reads',
}

/** Props that say by their name all there is to say. */
const PLAIN = ['name', 'region', 'network', 'from', 'to', 'host', 'vpcId', 'image', 'zoneId', 'topology', 'connections']

function isConstructClass(value: unknown): value is ConstructClass {
  return typeof value === 'function' && value.prototype instanceof Construct
}

/** Each prop of the interfaces in a file, with the comment before it. */
function propsOf(text: string): { readonly prop: string; readonly optional: boolean; readonly comment: string }[] {
  return [...text.matchAll(/^export interface (?:Existing)?\w+Props\b[^{]*\{\n(.*?)^\}/gms)].flatMap(([, body = '']) =>
    [...body.matchAll(/((?:^ {2}\/\*\*(?:(?!\*\/).)*\*\/\n)?)^ {2}readonly (\w+)(\??):/gms)].map(
      ([, comment = '', prop = '', optional]) => ({ prop, optional: optional === '?', comment }),
    ),
  )
}

test('the library exports constructs, and every name on a list below is one of them', () => {
  assert.ok(made.length > 25, `${made.length}`)
  const names = new Set(sources.map(({ name }) => name))
  for (const name of [...Object.keys(NEVER_EXISTING), ...Object.keys(CHANGED_ELSEWHERE)]) {
    assert.ok(names.has(name), `${name} is no construct any more; take it off`)
  }
})

for (const { name, text } of sources) {
  test(`${name}: says what it is for, and what every prop means and defaults to`, () => {
    assert.match(text, new RegExp(`\\*/\\nexport (abstract )?class ${name} `), `${name} has no comment`)
    for (const { prop, optional, comment } of propsOf(text)) {
      if (optional) assert.match(comment, /@default/, `${prop} says no default`)
      else assert.ok(comment || PLAIN.includes(prop), `${prop} has no comment`)
    }
  })
}

for (const { name, text } of made) {
  test(`${name}: what somebody else made can be used in its place, or a reason is given`, () => {
    if (name in NEVER_EXISTING) return
    assert.match(
      text,
      /\/\*\* .* \*\/\n {2}static fromExisting\(scope: Construct, id: string, /,
      `${name} has no fromExisting`,
    )
  })

  test(`${name}: its user can change what it makes`, () => {
    if (name in CHANGED_ELSEWHERE || !/^import \{ .*@cdktf\/provider-(aws|cloudflare)/m.test(text)) return
    assert.match(text, new RegExp(`readonly transform\\?: Transform<${name}>`))
    assert.match(text, /\btransform\(this, /)
  })
}

/** What grants and asked-for rules make is given back, or found by the id that the asker chose. */
const ASKED_FOR = ['Connections', 'Surroundings', 'EphemeralResource']

test('every resource and construct within a construct is held by a public property, and so within reach of transform', () => {
  const loose = new Set<string>()
  let seen = 0
  for (const [name, topology] of goldenTopologies()) {
    const { stacks } = new GatewayTopology(Testing.app(), name, { topology, image: { hash: '0' } })
    for (const child of stacks.flatMap((stack) => stack.node.findAll())) {
      const parent = child.node.scope
      if (!parent || TerraformStack.isStack(parent) || TerraformStack.isStack(child)) continue
      if (TerraformElement.isTerraformElement(parent) || ASKED_FOR.includes(parent.constructor.name)) continue
      // Neither is a resource that anybody could change.
      if (['EphemeralResource', 'TerraformOutput'].includes(child.constructor.name)) continue
      seen += 1
      if (!held(parent).has(child)) loose.add(`${parent.constructor.name} holds no ${child.constructor.name}`)
    }
  }
  assert.ok(seen > 1000, `${seen} seen`)
  assert.deepEqual([...loose].sort(), [])
})

function held(parent: IConstruct): Set<unknown> {
  return new Set(
    Object.values(parent).flatMap((value) => {
      if (value instanceof Construct || typeof value !== 'object' || value === null) return [value]
      return Object.values(value)
    }),
  )
}
