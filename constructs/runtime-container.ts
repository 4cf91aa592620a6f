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
  /** By environment variable. Those that `files` names are also written into files. */
  readonly secrets: Readonly<Record<string, SecretValue>>
  /** File names in `STATE_FOLDER`, by the variable whose value they hold. */
  readonly files: Readonly<Record<string, string>>
}

/** The one place a container may write to; it lives as long as the task. */
export const STATE_FOLDER = '/var/lib/antipode'

/** A reference to an environment variable within `config.yaml`, escaped so that Terraform leaves it alone. */
export function variable(name: string): string {
  return `$\${{${name}}}`
}

/**
 * The container definitions of a task. Fargate gives a container variables and no files, so the entry point writes the
 * configuration and the PEM files, readable by this process alone, before it becomes the runtime.
 */
export function runtimeContainer(
  { name, image, config, ports, secrets, files }: RuntimeContainer,
  logs: { readonly logGroup: string; readonly region: string },
): string {
  const written = { ANTIPODE_CONFIG: 'config.yaml', ...files }
  const script = [
    'umask 077',
    ...Object.entries(written).map(([key, file]) => `printf '%s' "$${key}" > ${STATE_FOLDER}/${file}`),
    `unset ${Object.keys(written).join(' ')}`,
    `exec antipode ${name} --config ${STATE_FOLDER}/config.yaml`,
  ]
  return JSON.stringify([
    {
      name,
      image,
      essential: true,
      entryPoint: ['/bin/sh', '-ec'],
      command: [script.join('\n')],
      environment: [{ name: 'ANTIPODE_CONFIG', value: JSON.stringify(config) }],
      secrets: Object.entries(secrets).map(([key, secret]) => ({
        name: key,
        valueFrom: secret.key ? `${secret.arn}:${secret.key}::` : secret.arn,
      })),
      portMappings: ports.map((port) => ({ containerPort: port, protocol: 'tcp' })),
      mountPoints: [{ sourceVolume: 'state', containerPath: STATE_FOLDER, readOnly: false }],
      readonlyRootFilesystem: true,
      linuxParameters: { initProcessEnabled: true },
      stopTimeout: 60,
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
