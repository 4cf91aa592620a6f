import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { AntipodeError } from '../../runtime/model/errors.ts'
import { loadTopology } from '../../topology/index.ts'
import type { CertificateIssuer, KeyPair } from '../certificate-issuer.ts'
import type { CommandContext } from '../command.ts'
import { readStackDocuments, synthesise } from '../synthesise.ts'
import type { CredentialFlags, CredentialParts } from './commands.ts'
import { type CredentialStep, planCredentials } from './plan-credentials.ts'
import { SecretsManager } from './secrets-manager.ts'
import { type WantedSecret, wantedSecrets } from './wanted-secret.ts'

/** Plans a deployment's credentials and, when told so, puts them where they belong. */
export async function fillCredentials(
  topologyFile: string,
  flags: CredentialFlags,
  context: CommandContext,
  parts: CredentialParts,
): Promise<void> {
  const { name } = await loadTopology(topologyFile)
  const wanted = await declaredSecrets(resolve(context.cwd, topologyFile), context, parts.synth)
  if (wanted.length === 0) throw new AntipodeError('USAGE', { reason: `${topologyFile} declares no secrets to fill` })
  const issuer = await parts.issuer()
  const store = new SecretsManager()
  try {
    const plan = await planCredentials(wanted, { trustDomain: name, store, issuer, now: new Date() })
    context.say(plan.steps.map(line).join('\n'))
    const todo = plan.steps.filter(({ does }) => does !== 'keep')
    const written: CredentialStep[] = []
    if (flags.yes) {
      for (const step of todo) {
        context.signal.throwIfAborted()
        await store.write(step, step.value ?? '')
        written.push(step)
      }
      if (flags.operator) await writeOperator(resolve(context.cwd, flags.operator), name, plan.authority, issuer)
    }
    context.say(summary(flags.yes === true, todo))
    context.result({ topology: name, written: written.map(publicPart), plan: plan.steps.map(publicPart) })
  } finally {
    store.close()
  }
}

async function declaredSecrets(file: string, context: CommandContext, program: string): Promise<WantedSecret[]> {
  const directory = await mkdtemp(join(tmpdir(), 'antipode-credentials-'))
  try {
    const { env, signal } = context
    await synthesise({ program, topologyFile: file, directory, env, signal, withoutImage: true })
    return wantedSecrets((await readStackDocuments(directory)).values())
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** What the procedures of failover call control planes with: `operator.crt`, `operator.key`, `ca.crt`. */
async function writeOperator(
  directory: string,
  trustDomain: string,
  authority: KeyPair,
  issuer: CertificateIssuer,
): Promise<void> {
  const uri = `spiffe://${trustDomain}/operator`
  const { certificate, key } = await issuer.issueCertificate({ authority, uri, usage: 'client' })
  await mkdir(directory, { recursive: true, mode: 0o700 })
  await writeFile(join(directory, 'ca.crt'), authority.certificate)
  await writeFile(join(directory, 'operator.crt'), certificate)
  await writeFile(join(directory, 'operator.key'), key, { mode: 0o600 })
}

function line({ region, name, does, because }: CredentialStep): string {
  return `  ${does.padEnd(6)} ${region.padEnd(16)} ${name}${because ? `: ${because}` : ''}`
}

function summary(carriedOut: boolean, todo: readonly CredentialStep[]): string {
  if (todo.length === 0) return 'Every secret is filled, and no certificate is running out.'
  const count = `${todo.length} ${todo.length === 1 ? 'secret' : 'secrets'}`
  if (!carriedOut) return `Would write ${count}. Run it: add --yes`
  const renewed = todo.some(({ does }) => does === 'renew')
  return `Wrote ${count}.${renewed ? ' Running tasks take a renewed certificate when they are next deployed.' : ''}`
}

/** Never the value. */
function publicPart({ region, name, holds, identity, does, because }: CredentialStep): object {
  return { region, name, holds, does, ...(identity && { identity }), ...(because && { because }) }
}
