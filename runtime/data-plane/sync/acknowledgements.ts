import type { Logger } from 'pino'
import type { ConfigurationIntake } from '../configuration/configuration-intake.ts'
import type { ControlPlaneConnection } from './control-plane-connection.ts'

/** Tells the control plane that is followed what is served. Versions that come meanwhile share the next telling. */
export class Acknowledgements {
  readonly #parts: { readonly intake: ConfigurationIntake; readonly logger: Logger }
  readonly #followed: () => { connection: ControlPlaneConnection; instanceId: string } | undefined
  #sending = false
  #owed = false

  /** @param followed by the newest connection, if any */
  constructor(
    parts: { readonly intake: ConfigurationIntake; readonly logger: Logger },
    followed: () => { connection: ControlPlaneConnection; instanceId: string } | undefined,
  ) {
    this.#parts = parts
    this.#followed = followed
  }

  owe(): void {
    this.#owed = true
    if (!this.#sending) void this.#send()
  }

  async #send(): Promise<void> {
    const { intake, logger } = this.#parts
    this.#sending = true
    while (this.#owed) {
      this.#owed = false
      const { served, refusedResources: refused } = intake
      const followed = this.#followed()
      if (!served || !followed) break
      const { lineage, version, hash } = served
      const { connection, instanceId } = followed
      try {
        await connection.acknowledge({ instanceId, lineage, version, hash, refused })
      } catch (error) {
        logger.warn({ reason: (error as Error).message }, 'an acknowledgement was not accepted')
      }
    }
    this.#sending = false
  }
}
