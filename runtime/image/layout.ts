/** Where things are in the container image: what its task definitions, its Dockerfile and its program agree on. */

/** The program; Node runs it. */
export const PROGRAM = '/opt/antipode/antipode.mjs'
/** The one folder that a process writes to: its cache, its key, an operator's hold. */
export const STATE_FOLDER = '/var/lib/antipode'
/** Where `config.yaml` is looked for, unless `ANTIPODE_CONFIG_YAML` holds it. */
export const CONFIG_FILE = '/etc/antipode/config.yaml'
/** The certificate authorities of RDS, all regions. */
export const DATABASE_AUTHORITIES = '/etc/ssl/certs/rds-global-bundle.pem'
/** A user without a name or a right; distroless images know the same number as `nonroot`. */
export const USER = '65532:65532'
/** Exits 0 while the process beside it answers. */
export const HEALTH_COMMAND = ['node', PROGRAM, 'health'] as const
