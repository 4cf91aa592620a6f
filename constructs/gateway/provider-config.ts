// Generated from the schema of the provider by `node provider/bindings/main.ts`.

/** Configures the gateways of an Antipode deployment through the Admin API of its control planes. */
export interface AntipodeProviderConfig {
  /**
   * Addresses of control planes of one configuration, such as `http://127.0.0.1:9180`. With one writing region and standbys, name all: the writer is found, and followed when it moves.
   *
   * @default `ANTIPODE_ENDPOINTS`, separated by commas
   */
  readonly endpoints?: readonly string[]
  /**
   * The key or token that the Admin API asks for.
   *
   * @default `ANTIPODE_TOKEN`
   */
  readonly token?: string
  /**
   * Who is trusted to be a control plane: PEM, or the name of a file with it.
   *
   * @default `ANTIPODE_CA`, or public authorities
   */
  readonly ca?: string
  /**
   * The certificate shown to control planes: PEM, or the name of a file with it.
   *
   * @default `ANTIPODE_CLIENT_CERTIFICATE`
   */
  readonly clientCertificate?: string
  /**
   * The key of `client_certificate`: PEM, or the name of a file with it.
   *
   * @default `ANTIPODE_CLIENT_KEY`
   */
  readonly clientKey?: string
  /**
   * The id of the gateway group that is configured.
   *
   * @default `ANTIPODE_GATEWAY_GROUP`, or that of the token, or `default`
   */
  readonly gatewayGroup?: string
  /**
   * What moves the right to write where `antipode_region` declares another writer: a program and its first arguments, such as `["npx", "antipode", "switchover"]`. It is run here, with `--to` and `--json` for a plan, and with `--yes` besides for an apply.
   *
   * @default nothing does, and such a plan is refused
   */
  readonly switchoverCommand?: readonly string[]
  /**
   * Seconds for which a call is tried, while the writing region moves or nobody answers.
   *
   * @default `60`
   */
  readonly timeout?: number
  /**
   * Calls at once.
   *
   * @default `10`
   */
  readonly concurrency?: number
  /** Another name for it, so that several can be there. */
  readonly alias?: string
}
