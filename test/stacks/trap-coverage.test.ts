import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

// Every trap of AWS that the project knows, by the block that it lies in, and the title of the test that would spring
// it. A title may end where a test's own goes on; titles made of a golden case's file are spelled out.

const TRAPS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  network: {
    'address ranges overlap across regions': 'topology case networks-overlap',
    'tasks without NAT need endpoints': 'without NAT, tasks start by way of endpoints: ECR twice, logs',
    'a rule in a group is lost to another stack’s': 'rules of security groups are resources of their own',
  },
  'network balancer': {
    'mutual TLS ends at a balancer': 'callers speak TLS, and control planes keep theirs from end to end',
    'a health check cannot speak mutual TLS':
      'a health check over TCP takes no path and no matcher, and one over HTTP asks another port than mutual TLS',
    'a security group cannot be added later': 'a balancer has its security group from the start',
    'zones are not crossed': 'a balancer crosses zones, which a network balancer does not unless told',
    'targets do not see the caller': 'targets by address see the caller’s own address',
    'access logs tell of TLS alone': 'every network notes what it refused, and every balancer that ends TLS notes who',
    'subnets that are dropped or swapped replace it':
      'what replaces and what fails: network balancer that loses a subnet',
    'security groups, none or some, replace it':
      'what replaces and what fails: network balancer that gains security groups',
  },
  service: {
    'a deployment waits for the whole deregistration delay': 'a deployment waits for the deregistration delay and',
    'Terraform takes growth back': 'a service that scales leaves its count alone, and one that does not keeps it',
    'a deployment that never comes up goes on': 'a deployment that does not come up is broken off and rolled back',
    'scaling up needs a control plane':
      'what a standby runs is its real warm capacity, and Terraform leaves growth alone',
    'a capacity provider needs a forced deployment': 'a service is made with launch type and cluster for good',
  },
  images: {
    'older images and settings do not replicate': 'each region has its own repository with its own settings',
  },
  'instances and replicas': {
    'the source goes by ARN, and its region is only sent with a key':
      'a replica names its source by ARN in another region',
    'a source by name is refused': 'a replica of something without an ARN',
    'the key is the destination’s': 'a replica names its source by ARN in another region',
    'groups are the replica’s own': 'a replica has the parameter group and the subnet group of its own region',
    'a parameter group that is refused costs a reboot':
      'a replica has the parameter group and the subnet group of its own',
    'user, password and name come from the source': 'a replica takes no user, no password in any form, and no snapshot',
    'promotion needs backups': 'a replica that can be promoted keeps backups of its own',
    'streaming is asynchronous':
      'a control plane reads its configuration without a warning, and confirms with its peer',
    'a managed password blocks replicas': 'RDS manages no password: with one that it does, no replica could be made',
    'logical replication waits for a reboot': 'logical replication waits for a reboot, which RDS does not do by itself',
    'lag of an idle source reads minutes': 'a lag alarm that an idle source would ring',
    'a replica in its source’s region': 'a replica in its source’s region',
    'a database wants two zones':
      'a database spreads over two zones or more, and one zone is refused before AWS refuses',
  },
  'change of writer': {
    'a role that is an argument destroys databases': 'a change of writer changes records and nothing of any database',
    'a promoted replica that still names its source': 'a promotion outside Terraform plans nothing',
    'a replica told to follow fails at apply': 'what replaces and what fails: database told to follow',
    'a replica told to follow another fails at apply': 'what replaces and what fails: database told to follow another',
    'X → "" promotes': 'what replaces and what fails: database promoted',
    'an old primary rejoins only as a new instance':
      'a database that is rebuilt is a new one, and the old one is forgotten',
    'identity, never role': 'a role is no argument: what a database was created as follows from its identity',
    'destroying a replica wants a snapshot’s name':
      'a database leaves a last snapshot whose name nobody has to make up',
    'a schema that lets a password through': 'what replaces and what fails: database replica with credentials',
  },
  'Aurora Global': {
    'the writer endpoint is closed while another writes':
      'control planes reach the instance, the one name that answers',
    'secondaries carry no credentials': 'what a member was created with belongs to its identity',
    'secondaries wait for the primary’s instance':
      'the global database is there before its members, and made out of none',
    'out of a cluster, it can only end by detaching all':
      'the global database is there before its members, and made out of',
    'drift after a switchover': 'every member ignores what a switchover, a failover or a global upgrade changes at AWS',
    'detached by a plan': 'what replaces and what fails: cluster detached from its global cluster',
    'joining later fails': 'what replaces and what fails: cluster joining a global cluster',
    'a role in a cluster’s arguments': 'what replaces and what fails: cluster taking a role',
    'a version that one member takes': 'no member takes a version by itself',
    'no managed password for a member': 'no password reaches a state, and none is managed by RDS',
    'an instance class that Aurora has not': 'an instance class that Aurora does not offer',
  },
  'Route 53': {
    'a policy wants an identifier': 'every record with a routing policy has an identifier of its own beside it',
    'an alias answers with 60 s': 'an alias to a balancer would answer with 60 seconds',
    'an apex cannot have a CNAME': 'topology case host-at-the-apex',
    'five fields of a check are immutable': 'health checks can be replaced while in use',
    'a changed interval replaces the check': 'what replaces and what fails: health check of another interval',
    'checkers are outside': 'the checkers of Route 53 are outside, so only what faces the internet is checked by them',
    'a private control plane cannot be checked': 'a control plane is private, so no record that moves callers',
    'HTTPS checks prove no certificate': 'a check over HTTPS would prove no certificate',
    'when all are unhealthy, all are healthy':
      'leaves a lost region for one that is not, and answers even when all are',
    'its control plane is in us-east-1': 'a hosted zone that is ours recovers by itself when us-east-1 is impaired',
    'a failover that needs an apply': 'failing over is no apply, and no step needs the lost region',
  },
  'routing controls': {
    'Terraform flips none, and all start off': 'routing controls leave one region on, and Terraform never turns one',
    'all can be turned off': 'routing controls: at least one stays on by a safety rule, and each starts off',
  },
  accelerator: {
    'failing over ignores the dial': 'an accelerator fails over to a standby whose dial is 0',
    'the balancer’s own checks decide': 'behind an accelerator the balancer’s own health checks decide',
    'no TTL counts': 'behind an accelerator no TTL counts',
  },
  links: {
    'peered transit gateways exchange no routes':
      'peered transit gateways exchange no routes, so each has a static one',
    'peering wants routes on both sides': 'peering has routes on both sides',
    'a VPN’s keys reach the state': 'the keys of a VPN reach no state, and old ciphers no tunnel',
    'keys in the state, found by rule': 'what replaces and what fails: tunnels whose keys reach the state',
  },
  'keys and certificates': {
    'a replica key’s policy is nobody’s':
      'each region has a key of its own, with its own policy, and none is a replica',
    'a certificate serves one region': 'each region has a certificate of its own, one record proves those of a host',
    'an alarm cannot publish to an encrypted topic':
      'an alarm is heard: its topic is open to CloudWatch, and so is the key',
    'a key of the wrong region': 'a key of another region',
  },
  Cloudflare: {
    'pools, fallback and zone': 'answers for its host with every region, and no other',
    'names that ACM ends with a dot': 'certificates are proved at Cloudflare, under names without the dot',
  },
  state: {
    'a password in the state': 'no password reaches a state: it is write-only, and made where nothing is kept',
    'a schema that does not know write-only':
      'every argument that a stack hands over without keeping it is known to be',
    'what is replaced while in use':
      'what is replaced while in use has a prefix for a name, and its successor is made first',
    'a dead region blocks planning': 'no stack of a region reads the state of another region',
    'another `region` replaces': 'what replaces and what fails: anything in another region',
    'the short source of the provider':
      'the output names no path of this machine and pins no provider by its short name',
  },
}

const folder = fileURLToPath(new URL('..', import.meta.url))
const titles = [
  ...titlesOfTests(),
  ...titlesOfCases('offline', 'what replaces and what fails: '),
  ...titlesOfTopologies(),
]

/** Titles as they stand in the source, also those in tables of cases. */
function titlesOfTests(): string[] {
  return globSync('**/*.test.ts', { cwd: folder })
    .concat(globSync('contract/**/suite.ts', { cwd: folder }))
    .filter((file) => basename(file) !== 'trap-coverage.test.ts')
    .flatMap((file) => {
      const source = readFileSync(`${folder}${file}`, 'utf8')
      const called = source.matchAll(/\b(?:test|it|describe)\(\s*(['`])((?:(?!\1).)+)\1/g)
      // A table of cases: each opens with its title.
      const listed = source.matchAll(/^ {2}\[\s*(['`])((?:(?!\1).)+)\1,/gm)
      return [...called, ...listed].map(([, , title = '']) => title)
    })
}

function titlesOfCases(of: string, before: string, spaced = true): string[] {
  return globSync('*.txt', { cwd: `${folder}golden/${of}` }).map((file) => {
    const name = basename(file, '.txt')
    return `${before}${spaced ? name.replaceAll('-', ' ') : name}`
  })
}

function titlesOfTopologies(): string[] {
  return titlesOfCases('topology', 'topology case ', false)
}

for (const [block, traps] of Object.entries(TRAPS)) {
  test(`${block}: every trap is named in a test`, () => {
    const missing = Object.entries(traps).filter(([, title]) => !titles.some((each) => each.startsWith(title)))
    assert.deepEqual(missing, [])
  })
}
