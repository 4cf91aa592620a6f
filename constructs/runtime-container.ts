import { HEALTH_COMMAND, STATE_FOLDER, USER } from '../runtime/image/layout.ts'

export { STATE_FOLDER } from '../runtime/image/layout.ts'

/** A value that the task reads from Secrets Manager when it starts. */
export interface SecretValue {
  readonly arn: string
  /** A key of the secret's JSON. @default the whole secret */
  readonly key?: string
}

/** One process of the runtime as a container. */
export interface RuntimeContainer {
  readonly name: 'control-plane' | 'data-plane'
  readonly image: string
  /** Content of `config.yaml`. */
  readonly config: object
  /** Ports it listens on. */
  readonly ports: readonly number[]
  /** By environment variable; `config` refers to them. */
  readonly secrets: Readonly<Record<string, SecretValue>>
}

/** Seconds that a container may take to end: calls under way have ten, the rest is for what comes after them. */
const STOP_TIMEOUT = 60

/** A reference to an environment variable within `config.yaml`, escaped so that Terraform leaves it alone. */
export function variable(name: string): string {
  return `$\${{${name}}}`
}

/**
 * The container definitions of a task. Fargate gives a container variables and no files; the runtime takes its
 * configuration and its certificates as they are, so nothing secret is ever written to a disk.
 */
export function runtimeContainer(
  { name, image, config, ports, secrets }: RuntimeContainer,
  logs: { readonly logGroup: string; readonly region: string },
): string {
  return JSON.stringify([
    {
      name,
      image,
      essential: true,
      command: [name],
      user: USER,
      environment: [{ name: 'ANTIPODE_CONFIG_YAML', value: JSON.stringify(config) }],
      secrets: Object.entries(secrets).map(([key, secret]) => ({
        name: key,
        valueFrom: secret.key ? `${secret.arn}:${secret.key}::` : secret.arn,
      })),
      portMappings: ports.map((port) => ({ containerPort: port, protocol: 'tcp' })),
      mountPoints: [{ sourceVolume: 'state', containerPath: STATE_FOLDER, readOnly: false }],
      readonlyRootFilesystem: true,
      // A process that answers no longer is replaced; whether calls should be sent to it, the balancer asks.
      healthCheck: { command: ['CMD', ...HEALTH_COMMAND], interval: 15, timeout: 10, retries: 3, startPeriod: 60 },
      // An init hands signals on from the first moment, also before Node listens to any.
      linuxParameters: { initProcessEnabled: true, capabilities: { drop: ['ALL'] } },
      stopTimeout: STOP_TIMEOUT,
      ulimits: [{ name: 'nofile', softLimit: 65_536, hardLimit: 65_536 }],
      logConfiguration: {
        logDriver: 'awslogs',
        options: {
          'awslogs-group': logs.logGroup,
          'awslogs-region': logs.region,
          'awslogs-stream-prefix': name,
          mode: 'non-blocking',
        },
      },
    },
  ])
}
