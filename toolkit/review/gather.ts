import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { POLICIES } from './policies/index.ts'
import type { Policy } from './policies/policy.ts'
import type { DrillRecord } from './posture/proof.ts'
import { type Checkout, Repository } from './read/git.ts'
import { readPlan } from './read/read-plan.ts'
import { POLICY_FOLDER, readPolicies } from './read/read-policies.ts'
import { readWaivers, WAIVER_FILE, type Waiver } from './read/read-waivers.ts'
import { refuse } from './read/refuse.ts'
import { refuseMixedPlans, reviewPlan } from './read/reviewed-plan.ts'
import { filesOf, readSide, type Side, type SideFiles, sourceOf } from './read/sides.ts'
import type { ConfigurationDrift, ReviewInput } from './review-input.ts'
import type { ProviderRules } from './rules.ts'

/** What other rooms do for a review. */
export interface ReviewParts {
  /** The program that synthesises: `stacks/main`. */
  readonly program: string
  readonly rules: () => Promise<ProviderRules>
  /** Plans of every stack that changes, made with the real Terraform and no account, from what the base would have made. */
  readonly planOffline: (base: string | null, head: string, options: OfflineOptions) => Promise<readonly PlanText[]>
  /** Asks control planes, `region=url`, how they differ. */
  readonly compareControlPlanes: (servers: string, token: string | undefined) => Promise<ConfigurationDrift>
}

export interface OfflineOptions {
  readonly env: NodeJS.ProcessEnv
  readonly signal: AbortSignal
}

export interface PlanText {
  readonly stack: string
  /** As `terraform show -json` prints it. */
  readonly text: string
}

/** What is to be reviewed, as a command line says it. */
export interface ReviewRequest {
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
  readonly signal: AbortSignal
  readonly base: string | null
  readonly head: string | null
  readonly plans: readonly string[]
  /** As it was named, from `cwd`. */
  readonly topologyFile: string | null
  readonly offline: boolean
  /** Where policies and waivers are read from, in place of the base. */
  readonly rules: string | null
  readonly controlPlanes: string | null
  readonly token: string | undefined
  readonly reports: string
  readonly today: string
  readonly link: string | null
}

/** Reads all that a review follows from. @throws AntipodeError REVIEW_INPUT_REFUSED */
export async function gather(request: ReviewRequest, parts: ReviewParts): Promise<ReviewInput> {
  const checkouts: Checkout[] = []
  const folder = await mkdtemp(join(tmpdir(), 'antipode-review-'))
  try {
    return await gatherInto(folder, request, parts, (checkout) => checkouts.push(checkout))
  } finally {
    for (const checkout of checkouts) await checkout.remove()
    await rm(folder, { recursive: true, force: true })
  }
}

async function gatherInto(
  folder: string,
  request: ReviewRequest,
  parts: ReviewParts,
  keep: (checkout: Checkout) => void,
): Promise<ReviewInput> {
  const { cwd, signal } = request
  const topologyFile = await topologyPath(request)
  const synthesiser = { program: parts.program, topologyFile, signal }
  const alone = request.base === null && request.head === null && request.plans.length > 0
  const side = (named: string | null, name: string, commonWith: string | null) =>
    readSide({ named, cwd, outdir: join(folder, name), synthesiser, commonWith }, keep)
  // Both at once: each is a process of its own. A base that does not synthesise can be compared with nothing.
  const sides = alone
    ? []
    : await Promise.allSettled([
        request.base === null ? null : side(request.base, 'base', request.head ?? 'HEAD'),
        side(request.head, 'head', null),
      ])
  // Waited for both: a checkout that is still being made could not be removed.
  const [base = null, head = null] = sides.map((it) => {
    if (it.status === 'rejected') throw it.reason
    return it.value
  })
  if (base?.synthesised.refusal) {
    const { label, text, problems } = base.synthesised.refusal
    throw refuse(
      label,
      `does not synthesise, so nothing can be compared with it: ${problems[0]?.path ?? ''} ${text.split('\n')[0]}`,
    )
  }
  const headSnapshot = head?.synthesised.snapshot ?? null
  const texts = await planTexts(request, parts, base, head)
  const plans = texts.map(({ file, text }) => reviewPlan(file, readPlan(file, text), headSnapshot))
  refuseMixedPlans(plans, headSnapshot)
  const rulesFiles = request.rules === null ? (base?.files ?? null) : filesOf(resolve(cwd, request.rules))
  const policies = [...POLICIES, ...(await ownPolicies(rulesFiles))]
  const known = new Set(policies.map(({ id }) => id))
  const waivers = await waiversIn(rulesFiles, known)
  const topologies = head?.synthesised.snapshot?.topologies ?? new Map()
  const names =
    topologies.size > 0 ? [...topologies.keys()] : [...(base?.synthesised.snapshot?.topologies.keys() ?? [])]
  return {
    base: base?.synthesised.snapshot ?? (alone ? null : headSnapshot),
    head: headSnapshot,
    refusal: head?.synthesised.refusal ?? null,
    plans,
    offline: request.offline,
    rules: await parts.rules(),
    source: head?.source ?? (await sourceOf(cwd, head?.files ?? null, topologyFile, names)),
    policies,
    waivers,
    asked: await askedOf(rulesFiles, head?.files ?? null, waivers, known),
    drills: await drillsIn(resolve(cwd, request.reports)),
    drillSpecs: await specsIn(head?.files ?? filesOf(cwd)),
    today: request.today,
    configurationDrift:
      request.controlPlanes === null ? null : await parts.compareControlPlanes(request.controlPlanes, request.token),
    link: request.link,
  }
}

/** From the root of the repository; from the working directory where there is none. */
async function topologyPath({ cwd, topologyFile }: ReviewRequest): Promise<string | null> {
  if (topologyFile === null) return null
  const repository = await Repository.at(cwd).catch(() => undefined)
  return repository ? repository.pathOf(cwd, topologyFile) : topologyFile
}

async function planTexts(
  { plans, cwd, offline, env, signal }: ReviewRequest,
  parts: ReviewParts,
  base: Side | null,
  head: Side | null,
): Promise<{ readonly file: string; readonly text: string }[]> {
  if (offline) {
    if (!head?.synthesised.snapshot) return []
    const made = await parts.planOffline(base?.outdir ?? null, head.outdir, { env, signal })
    return made.map(({ stack, text }) => ({ file: `${stack}.json`, text }))
  }
  return Promise.all(
    plans.map(async (file) => ({
      file,
      text: await readFile(resolve(cwd, file), 'utf8').catch((error: Error) => {
        throw refuse(file, `cannot be read: ${error.message}`)
      }),
    })),
  )
}

async function ownPolicies(files: SideFiles | null): Promise<Policy[]> {
  return files ? readPolicies(files.root, new Set(POLICIES.map(({ id }) => id))) : []
}

async function waiversIn(files: SideFiles | null, known: ReadonlySet<string>): Promise<Waiver[]> {
  const text = await files?.read(WAIVER_FILE)
  return text === undefined ? [] : readWaivers(WAIVER_FILE, text, known)
}

/** What a pull request would grant itself, which is said and does not count. */
async function askedOf(
  base: SideFiles | null,
  head: SideFiles | null,
  granted: readonly Waiver[],
  known: ReadonlySet<string>,
): Promise<ReviewInput['asked']> {
  if (!head || base?.root === head.root) return { waivers: [], policies: [] }
  const [before, after] = [(await base?.list(POLICY_FOLDER)) ?? new Map(), await head.list(POLICY_FOLDER)]
  const names = [...new Set([...before.keys(), ...after.keys()])].sort()
  const policies = names
    .filter((name) => before.get(name) !== after.get(name))
    .map((name) => `${POLICY_FOLDER}/${name}`)
  const ids = new Set([
    ...known,
    ...[...after.values()].flatMap((text) => /\bid: *['"]([\w-]+)['"]/.exec(text)?.[1] ?? []),
  ])
  const held = new Set(granted.map((it) => JSON.stringify(it)))
  const wanted = await waiversIn(head, ids)
  return { waivers: wanted.filter((it) => !held.has(JSON.stringify(it))), policies }
}

/** Reports of drills that came to a verdict; what cannot be read is passed over. */
async function drillsIn(folder: string): Promise<DrillRecord[]> {
  const names = await readdir(folder).catch(() => [])
  const read = names.sort().map(async (name): Promise<DrillRecord[]> => {
    try {
      const report = JSON.parse(await readFile(join(folder, name, 'report.json'), 'utf8')) as {
        readonly format: number
        readonly verdict: string
        readonly sentence: string
        readonly started: string
        readonly drill: { readonly name: string; readonly topologyHash: string }
      }
      const { verdict, sentence, started, drill } = report
      return [{ folder: name, drill: drill.name, topologyHash: drill.topologyHash, verdict, sentence, started }]
    } catch {
      return []
    }
  })
  return (await Promise.all(read)).flat()
}

/** Drills that lose a region. */
async function specsIn(files: SideFiles): Promise<string[]> {
  const found = await files.list('drills')
  return [...found].flatMap(([name, text]) =>
    /\.ya?ml$/.test(name) && /^\s*- lose:/m.test(text) ? [`drills/${name}`] : [],
  )
}
