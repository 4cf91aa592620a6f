import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Policy } from '../policies/policy.ts'
import { refuse } from './refuse.ts'

/** Where a repository keeps policies of its own: one a file, each exporting `policy`. */
export const POLICY_FOLDER = 'antipode.policies'

/**
 * Loads a repository's own policies.
 *
 * @param root of the repository
 * @throws AntipodeError REVIEW_INPUT_REFUSED
 */
export async function readPolicies(root: string, known: ReadonlySet<string>): Promise<Policy[]> {
  const folder = join(root, POLICY_FOLDER)
  if (!existsSync(folder)) return []
  const files = (await readdir(folder)).filter((name) => /\.m?[tj]s$/.test(name) && !/\.(test|d)\./.test(name)).sort()
  const seen = new Map([...known].map((id) => [id, 'Antipode']))
  const policies: Policy[] = []
  for (const name of files) {
    const file = `${POLICY_FOLDER}/${name}`
    const policy = await load(file, join(folder, name))
    const other = seen.get(policy.id)
    if (other) throw refuse(file, `its id '${policy.id}' is taken by ${other}`)
    seen.set(policy.id, file)
    policies.push(policy)
  }
  return policies
}

async function load(file: string, path: string): Promise<Policy> {
  let module: { readonly policy?: Partial<Policy> }
  try {
    module = (await import(pathToFileURL(path).href)) as typeof module
  } catch (error) {
    throw refuse(file, `cannot be loaded: ${(error as Error).message.split('\n')[0]}`)
  }
  const { policy } = module
  if (!policy) throw refuse(file, 'exports no policy')
  const missing = (['id', 'severity', 'reason', 'fix', 'check'] as const).find((name) => policy[name] === undefined)
  if (missing) throw refuse(file, `its policy has no ${missing}`)
  if (!['refuse', 'approve', 'note'].includes(`${policy.severity}`)) {
    throw refuse(file, `its severity is '${policy.severity}'; write refuse, approve or note`)
  }
  if (!/^[a-z][a-z0-9-]*$/.test(`${policy.id}`)) throw refuse(file, `'${policy.id}' is no id; write lower-case-words`)
  return { fails: {}, passes: {}, ...policy } as Policy
}
