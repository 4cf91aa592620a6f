import { AntipodeError } from '../../runtime/model/errors.ts'
import { type DockerOptions, type DockerRun, docker, execute, lastLine } from './docker.ts'

/** `<account>.dkr.ecr.<region>.amazonaws.com`, also with FIPS or in China. */
const ECR = /^\d{12}\.dkr\.ecr(?:-fips)?\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$/
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/
const ABSENT = /no such manifest|manifest unknown|name unknown|not found/i
const UNKNOWN_CALLER =
  /unauthorized|authentication required|no basic auth credentials|authorization token has expired|denied|forbidden/i

/**
 * Whether a registry holds an image; asks the registry, not the engine, so that none needs to run.
 *
 * @throws AntipodeError IMAGE_PUSH_REFUSED when the registry does not say
 */
export async function isPushed(image: string, options: DockerOptions): Promise<boolean> {
  // The engine speaks plain HTTP to a registry of its own machine too.
  const insecure = LOOPBACK.test(registryOf(image)) ? ['--insecure'] : []
  const run = await withLogin(image, options, () => docker(['manifest', 'inspect', ...insecure, image], options))
  if (run.ok) return true
  if (ABSENT.test(run.stderr)) return false
  throw refused(image, run)
}

/** @throws AntipodeError DOCKER_UNAVAILABLE, IMAGE_PUSH_REFUSED */
export async function push(image: string, options: DockerOptions): Promise<void> {
  const run = await withLogin(image, options, () => docker(['push', image], options))
  // Tags cannot be moved: whoever was faster pushed the same content.
  if (!run.ok && !(await isPushed(image, options))) throw refused(image, run)
}

/**
 * Docker's own credentials first, whoever keeps them; where ECR knows them not, or no longer, and the AWS command line
 * is there, its log-in, and once more.
 */
async function withLogin(image: string, options: DockerOptions, call: () => Promise<DockerRun>): Promise<DockerRun> {
  const run = await call()
  const region = ECR.exec(registryOf(image))?.[1]
  if (run.ok || !region || !UNKNOWN_CALLER.test(run.stderr)) return run
  const password = await execute('aws', ['ecr', 'get-login-password', '--region', region], quietly(options))
  if (password === undefined) return run
  if (!password.ok) throw refused(image, password)
  const login = ['login', '--username', 'AWS', '--password-stdin', registryOf(image)]
  const loggedIn = await docker(login, { ...quietly(options), input: password.stdout })
  if (!loggedIn.ok) throw refused(image, loggedIn)
  return call()
}

/** Without telling anybody what is said: it may be a password. */
function quietly({ env, signal }: DockerOptions): DockerOptions {
  return { env, signal }
}

/** The part before the first slash. */
function registryOf(image: string): string {
  return image.split('/', 1)[0] ?? ''
}

function refused(image: string, { stderr }: DockerRun): AntipodeError {
  return new AntipodeError('IMAGE_PUSH_REFUSED', { image, registry: registryOf(image), reason: lastLine(stderr) })
}
