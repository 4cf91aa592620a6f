import { availableParallelism, hostname } from 'node:os'
import { type Registration, SYNC_PROTOCOL_VERSION } from '../../model/frame.ts'
import { RUNTIME_VERSION } from '../../model/runtime-version.ts'

/** What an instance tells of itself. */
export interface InstanceFacts {
  /** The ports that calls arrive at. */
  readonly ports: () => readonly number[]
  /** Hashes of the schemas of the plugins it has, by name. */
  readonly plugins: Readonly<Record<string, string>>
  /** As its configuration says. */
  readonly labels: Readonly<Record<string, string>>
}

/** @param certificateRequest PEM of a PKCS#10 request */
export function registrationOf(
  { ports, plugins, labels }: InstanceFacts,
  runId: string,
  certificateRequest: string,
): Registration {
  return {
    hostname: hostname(),
    runId,
    runtimeVersion: RUNTIME_VERSION,
    protocolVersions: [SYNC_PROTOCOL_VERSION],
    ports: ports(),
    cores: availableParallelism(),
    plugins,
    labels,
    certificateRequest,
  }
}
