/**
 * Every failure the product names, in one table: a permanent code, the HTTP status where a control plane answers with
 * it, the exit code where a command ends with it, and what it says. `{…}` are filled from the error's details.
 * Exit codes: 1 failed, 2 wrong use or needs approval, 3 refused or inconclusive.
 */
export const ERRORS = {
  // Writes to a control plane that may not, or cannot, accept them.
  ANTIPODE_FENCED: { status: 503, exit: 3, text: '{region} is fenced: {reason}; send writes to the writer' },
  ANTIPODE_STANDBY: { status: 503, exit: 3, text: '{region} is a standby; send writes to the writer' },
  ANTIPODE_FROZEN: {
    status: 503,
    exit: 3,
    text: '{region} holds the newest epoch but cannot confirm writes: {reason}; data planes keep serving',
  },
  ANTIPODE_DRAINING: { status: 503, exit: 3, text: '{region} is handing over its right to write; retry at the writer' },
  ANTIPODE_UNAVAILABLE: { status: 503, exit: 1, text: 'the database of {region} cannot be reached: {reason}' },
  ANTIPODE_IN_DOUBT: {
    status: 504,
    exit: 1,
    text: 'write {write} was not confirmed in time and may or may not last; ask GET /antipode/writes/{write}',
  },
  ANTIPODE_DISK_FULL: {
    status: 507,
    exit: 1,
    text: 'the database of {region} has no disk space left; nothing was written',
  },
  ANTIPODE_REFUSED: { status: 409, exit: 3, text: '{reason}' },

  // Reports of data planes.
  ANTIPODE_BUSY: { status: 429, exit: 1, text: '{region} has {waiting} rows of reports to take in; come again' },
  ANTIPODE_REPORT_REFUSED: { status: 422, exit: 1, text: 'the report is refused: {reason}' },
  ANTIPODE_REPORT_TOO_LARGE: { status: 413, exit: 1, text: 'the report is larger than {bytes} bytes unpacked' },

  // Who calls a control plane.
  ANTIPODE_UNIDENTIFIED: { status: 401, exit: 1, text: 'who calls is not known: {reason}' },
  ANTIPODE_FORBIDDEN: { status: 403, exit: 1, text: '{reason}' },
  ANTIPODE_REVOKED: { status: 403, exit: 1, text: '{credential} was revoked: {reason}' },
  OIDC_UNREACHABLE: { status: 503, exit: 1, text: 'the OpenID provider {provider} cannot be used now: {reason}' },
  OIDC_REFUSED: { status: 401, exit: 1, text: 'the login through {provider} was refused: {reason}' },
  OIDC_FORBIDDEN: { status: 403, exit: 1, text: '{who} may not log in through {provider}: {reason}' },

  // Files and flags.
  CONFIG_INVALID: { status: 400, exit: 2, text: '{file}: {problems}' },
  CONSTRUCT_INVALID: { status: 400, exit: 2, text: '{path}: {problem}' },
  TOPOLOGY_INVALID: { status: 400, exit: 2, text: 'topology {name}: {problems}' },
  DECLARATIVE_INVALID: { status: 400, exit: 1, text: '{count} in declarative files:{list}' },
  DRILL_INVALID: { status: 400, exit: 2, text: 'drill {file}: {problems}' },
  USAGE: { status: 400, exit: 2, text: '{reason}' },

  // Stacks, and their check without AWS.
  PACKAGE_MISSING: { status: 500, exit: 2, text: '{package} is needed for {use}; npm install {package}' },
  STACKS_REFUSED: { status: 500, exit: 1, text: '{count} of {all} stacks would fail: {stacks}' },
  TERRAFORM_MISSING: {
    status: 500,
    exit: 2,
    text: '{program} 1.11 or newer is needed to check stacks, and {reason}; get it from https://developer.hashicorp.com/terraform/install or https://opentofu.org/docs/intro/install (then set ANTIPODE_TERRAFORM=tofu)',
  },

  // Reviews of pull requests.
  REVIEW_INPUT_REFUSED: { status: 400, exit: 3, text: '{place}: {problem}' },
  REVIEW_NOT_POSTED: { status: 502, exit: 1, text: 'the comment was not posted to {host}: {reason}' },

  // A deployment's secrets.
  CREDENTIALS_DIFFER: {
    status: 500,
    exit: 3,
    text: '{places}: {reason}; put the value to keep into all of them, and run this again',
  },
  SECRETS_UNREACHABLE: { status: 500, exit: 1, text: 'secret {name} in {region}: {reason}' },

  // The container image.
  DOCKER_UNAVAILABLE: {
    status: 500,
    exit: 2,
    text: 'building and pushing an image needs Docker, and {reason}; start it, or name an image that is in the registry already',
  },
  IMAGE_BASE_UNAVAILABLE: {
    status: 500,
    exit: 1,
    text: 'the base image {base} cannot be had: {reason}; name another with --base',
  },
  IMAGE_BUILD_FAILED: { status: 500, exit: 1, text: 'the image was not built on {base}: {reason}' },
  IMAGE_CHANGED: {
    status: 409,
    exit: 3,
    text: 'image {expectedHash} was planned, but the runtime has changed to {hash}; synthesise again',
  },
  IMAGE_PUSH_REFUSED: {
    status: 502,
    exit: 1,
    text: '{image} was refused: {reason}; if it is a log-in that is missing, `docker login {registry}` gives one',
  },
  UNHEALTHY: { status: 503, exit: 1, text: '{url} does not answer: {reason}' },

  // Secrets at rest.
  KEYRING_INVALID: { status: 500, exit: 2, text: 'the key of {place} cannot be used: {reason}' },
  KEYRING_KEY_MISSING: {
    status: 500,
    exit: 3,
    text: 'the database is sealed with data key {id}, which key {key} unwraps, and that is not there; looked for it in {places}',
  },
  KEYRING_DAMAGED: { status: 500, exit: 3, text: '{place} cannot be opened with data key {id}: {reason}' },
  KEYRING_REFUSED: { status: 409, exit: 3, text: 'no data key was made: {reason}' },

  // Backups of what a control plane keeps in its database.
  BACKUP_DAMAGED: { status: 400, exit: 1, text: '{file} is not a whole backup: {reason}' },
  BACKUP_REFUSED: { status: 409, exit: 3, text: 'there is nothing to back up: {reason}' },
  RESTORE_REFUSED: { status: 409, exit: 3, text: 'nothing was restored: {reason}' },

  // Control planes that declarative files are compared with.
  CONTROL_PLANE_UNREACHABLE: { status: 502, exit: 1, text: '{server} cannot be reached: {reason}' },
  CONTROL_PLANE_REFUSED: { status: 502, exit: 1, text: '{reason} ({call})' },

  // What a failover asks of AWS, or of whoever sends callers to a region.
  DRIVER_FAILED: { status: 502, exit: 1, text: '{what}: {reason}' },

  // Drills.
  DRILL_NOT_STARTED: { status: 500, exit: 3, text: 'the drill was not started: {reason}' },
  DRILL_STOPPED: { status: 500, exit: 1, text: 'the drill could not go on: {reason}' },

  // A topology on this machine.
  PORT_IN_USE: {
    status: 500,
    exit: 2,
    text: '{address}:{port} ({what}) is held by {holder}; stop it or choose another port',
  },
  NOT_RUNNING: {
    status: 500,
    exit: 1,
    text: 'no running `antipode up` found in {where}; start one, or name its --data-dir',
  },
  START_FAILED: { status: 500, exit: 1, text: '{what} did not start: {reason}' },
} as const satisfies Record<string, { status: number; exit: 0 | 1 | 2 | 3; text: string }>

export type ErrorCode = keyof typeof ERRORS

/** An error of the table. `details` fill its text and travel with it in machine-readable output. */
export class AntipodeError extends Error {
  override readonly name = 'AntipodeError'
  readonly code: ErrorCode
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: ErrorCode, details: Record<string, unknown> = {}, options?: ErrorOptions) {
    super(
      ERRORS[code].text.replace(/\{(\w+)\}/g, (_, key: string) => String(details[key] ?? 'unknown')),
      options,
    )
    this.code = code
    this.details = details
  }

  get status(): number {
    return ERRORS[this.code].status
  }

  get exit(): number {
    return ERRORS[this.code].exit
  }
}
