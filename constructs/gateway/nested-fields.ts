// Generated from the schema of the provider by `node provider/bindings/main.ts`.
import type { IResolvable } from 'cdktf'
import type { Any } from './gateway-resource.ts'

export interface ActiveHealthyFields {
  /**
   * Seconds between two checks. At least 1.
   *
   * @default `1`
   */
  readonly interval?: number
  /**
   * Status codes that count.
   *
   * @default `[200,302]`
   */
  readonly httpStatuses?: readonly number[]
  /**
   * Good checks until a node counts as healthy. From 1 to 254.
   *
   * @default `2`
   */
  readonly successes?: number
}

export interface ActiveUnhealthyFields {
  /**
   * Seconds between two checks. At least 1.
   *
   * @default `1`
   */
  readonly interval?: number
  /**
   * Status codes that count.
   *
   * @default `[429,404,500,501,502,503,504,505]`
   */
  readonly httpStatuses?: readonly number[]
  /**
   * Bad answers until a node counts as unhealthy. From 1 to 254.
   *
   * @default `5`
   */
  readonly httpFailures?: number
  /**
   * Failed connections until a node counts as unhealthy. From 1 to 254.
   *
   * @default `2`
   */
  readonly tcpFailures?: number
  /**
   * Checks without an answer until a node counts as unhealthy. From 1 to 254.
   *
   * @default `3`
   */
  readonly timeouts?: number
}

export interface AuthConfigFields {
  /** Address of the account. */
  readonly clientEmail: string
  /** Its key, PEM. Write-only: it is sent to the control plane and kept in no plan and no state. */
  readonly privateKeyWo?: string
  /** Any number; another one says that `private_key_wo` has changed and is to be sent again. */
  readonly privateKeyWoVersion?: number
  /** Id of the project. */
  readonly projectId: string
  /**
   * Where access tokens are had.
   *
   * @default `"https://oauth2.googleapis.com/token"`
   */
  readonly tokenUri?: string
  /** Scopes of the access token. */
  readonly scope?: readonly string[]
  /**
   * Scope of the access token, where scope says none.
   *
   * @default `"https://www.googleapis.com/auth/cloud-platform"`
   */
  readonly scopes?: string
  /**
   * Where secrets are had.
   *
   * @default `"https://secretmanager.googleapis.com/v1/"`
   */
  readonly entriesUri?: string
}

export interface ChecksActiveFields {
  /**
   * What counts as an answer. One of `http`, `https`, `tcp`.
   *
   * @default `"http"`
   */
  readonly type?: string
  /**
   * Seconds until a check has failed.
   *
   * @default `1`
   */
  readonly timeout?: number
  /**
   * Nodes checked at once.
   *
   * @default `10`
   */
  readonly concurrency?: number
  /** Host of the check; that of the node where nothing is said. */
  readonly host?: string
  /** Port of the check; that of the node where nothing is said. From 1 to 65535. */
  readonly port?: number
  /**
   * HTTP method of the check. One of `GET`, `POST`, `PUT`, `HEAD`, `PATCH`, `DELETE`, `OPTIONS`.
   *
   * @default `"GET"`
   */
  readonly httpMethod?: string
  /**
   * Path of the check.
   *
   * @default `"/"`
   */
  readonly httpPath?: string
  /**
   * Body of the check.
   *
   * @default `""`
   */
  readonly httpReqBody?: string
  /**
   * Check the certificate of a node.
   *
   * @default `true`
   */
  readonly httpsVerifyCertificate?: boolean | IResolvable
  /** Headers of the check, each as "Name: value". */
  readonly reqHeaders?: readonly string[]
  /** When a node counts as healthy. */
  readonly healthy?: ActiveHealthyFields
  /** When a node counts as unhealthy. */
  readonly unhealthy?: ActiveUnhealthyFields
}

export interface ChecksPassiveFields {
  /**
   * What counts as an answer. One of `http`, `https`, `tcp`.
   *
   * @default `"http"`
   */
  readonly type?: string
  /** When a node counts as healthy. */
  readonly healthy?: PassiveHealthyFields
  /** When a node counts as unhealthy. */
  readonly unhealthy?: PassiveUnhealthyFields
}

export interface ClientFields {
  /** PEM of the authorities of callers, or a reference. */
  readonly ca: string
  /**
   * How many authorities may stand between. At least 0.
   *
   * @default `1`
   */
  readonly depth?: number
  /** Regular expressions of paths that need no client certificate. */
  readonly skipMtlsUriRegex?: readonly string[]
}

export interface CredentialsFields {
  /**
   * The id of the credential.
   *
   * @default made from the names of its consumer and its own, as ADC makes it
   */
  readonly id?: string
  /** Its name, unique within the consumer. */
  readonly name: string
  /** The plugin that it is for, such as `key-auth`. */
  readonly type: string
  /** What of the plugin's configuration is no secret, or a reference `$secret://…` or `$env://…`, such as `{ key = "…" }`. Values are written as text; numbers and switches become what the plugin expects. */
  readonly config?: Readonly<Record<string, string>>
  /** The plugin's configuration, such as `{ key = "…" }`. Values are written as text; numbers and switches become what the plugin expects. Write-only: it is sent to the control plane and kept in no plan and no state. */
  readonly configWo?: Readonly<Record<string, string>>
  /** Any number; another one says that `config_wo` has changed and is to be sent again. */
  readonly configWoVersion?: number
  /** Labels by their names. */
  readonly labels?: Readonly<Record<string, string>>
  /** What it is for. At most 256 characters. */
  readonly desc?: string
}

export interface PassiveHealthyFields {
  /**
   * Status codes that count.
   *
   * @default `[200,201,202,203,204,205,206,207,208,226,300,301,302,303,304,305,306,307,308]`
   */
  readonly httpStatuses?: readonly number[]
  /**
   * Good answers until a node counts as healthy. From 0 to 254.
   *
   * @default `5`
   */
  readonly successes?: number
}

export interface PassiveUnhealthyFields {
  /**
   * Status codes that count.
   *
   * @default `[429,500,503]`
   */
  readonly httpStatuses?: readonly number[]
  /**
   * Failed connections until a node counts as unhealthy. From 0 to 254.
   *
   * @default `2`
   */
  readonly tcpFailures?: number
  /**
   * Calls without an answer until a node counts as unhealthy. From 0 to 254.
   *
   * @default `7`
   */
  readonly timeouts?: number
  /**
   * Bad answers until a node counts as unhealthy. From 0 to 254.
   *
   * @default `5`
   */
  readonly httpFailures?: number
}

export interface ProtocolFields {
  /** Name of the protocol. */
  readonly name: string
  /** Id of the stream route whose connections are taken apart. */
  readonly superiorId?: string
  /** Protocol-specific configuration. */
  readonly conf?: Any
  /** Where requests of the protocol are logged. */
  readonly logger?: Any
}

export interface TimeoutFields {
  /** Seconds until a node has accepted a connection. Above 0. */
  readonly connect: number
  /** Seconds between two writes to a node. Above 0. */
  readonly send: number
  /** Seconds between two reads from a node. Above 0. */
  readonly read: number
}

export interface UpstreamChecksFields {
  /** Checks that the gateway makes of itself. */
  readonly active?: ChecksActiveFields
  /** What the answers to calls tell; builds on active. */
  readonly passive?: ChecksPassiveFields
}

export interface UpstreamDiscoveryArgsFields {
  /** Namespace, of Nacos. */
  readonly namespaceId?: string
  /** Group of services, of Nacos. */
  readonly groupName?: string
}

export interface UpstreamFields {
  /** Where requests are sent. Either these, or `service_name` and `discovery_type`. */
  readonly nodes?: readonly UpstreamNodesFields[]
  /** Further nodes that are tried after one has failed; 0 for none, all others where nothing is said. From 0 to 65535. */
  readonly retries?: number
  /** Seconds after which no further node is tried; 0 for no limit. At least 0. */
  readonly retryTimeout?: number
  /** How long a node may take, in seconds; 60 each where nothing is said. */
  readonly timeout?: TimeoutFields
  /** What is shown to nodes that speak TLS, and asked of them. */
  readonly tls?: UpstreamTlsFields
  /** Connections to nodes that are kept open. */
  readonly keepalivePool?: UpstreamKeepalivePoolFields
  /**
   * Algorithm of load balancing. One of `roundrobin`, `chash`, `ewma`, `least_conn`.
   *
   * @default `"roundrobin"`
   */
  readonly type?: string
  /** How nodes are found healthy or not. */
  readonly checks?: UpstreamChecksFields
  /**
   * What key names, for chash. One of `vars`, `header`, `cookie`, `consumer`, `vars_combinations`.
   *
   * @default `"vars"`
   */
  readonly hashOn?: string
  /** Name of what chash hashes: a variable, header or cookie. */
  readonly key?: string
  /**
   * Protocol that the nodes speak. One of `grpc`, `grpcs`, `http`, `https`, `tcp`, `tls`, `udp`, `kafka`.
   *
   * @default `"http"`
   */
  readonly scheme?: string
  /** Labels by their names, to tell and select by. */
  readonly labels?: Readonly<Record<string, string>>
  /** How nodes are looked up by service_name, such as dns. */
  readonly discoveryType?: string
  /** What the discovery needs besides. */
  readonly discoveryArgs?: UpstreamDiscoveryArgsFields
  /**
   * Which Host the nodes see. One of `pass`, `node`, `rewrite`.
   *
   * @default `"pass"`
   */
  readonly passHost?: string
  /** Host that the nodes see where pass_host is rewrite. */
  readonly upstreamHost?: string
  /** Name for people; need not be unique. At most 256 characters. */
  readonly name?: string
  /** What it is for. At most 256 characters. */
  readonly desc?: string
  /** Name by which nodes are looked up; with discovery_type. At most 256 characters. */
  readonly serviceName?: string
}

export interface UpstreamKeepalivePoolFields {
  /**
   * Connections that are kept open. At least 1.
   *
   * @default `320`
   */
  readonly size?: number
  /**
   * Seconds until an idle connection is closed. At least 0.
   *
   * @default `60`
   */
  readonly idleTimeout?: number
  /**
   * Requests until a connection is closed. At least 1.
   *
   * @default `1000`
   */
  readonly requests?: number
}

export interface UpstreamNodesFields {
  /** Host name or address. */
  readonly host: string
  /**
   * From 1 to 65535.
   *
   * @default that of the scheme
   */
  readonly port?: number
  /** Share of the requests, in relation to the other nodes; 0: none. */
  readonly weight: number
  /**
   * Nodes of a lower priority serve only when all of a higher one fail.
   *
   * @default `0`
   */
  readonly priority?: number
  /** Anything, for people and tools. */
  readonly metadata?: Readonly<Record<string, string>>
}

export interface UpstreamTlsFields {
  /** Id of an ssl of type client, instead of client_cert and client_key. */
  readonly clientCertId?: string
  /** PEM of the certificate that is shown to the nodes. 128 to 65536 characters. */
  readonly clientCert?: string
  /** PEM of its key. 32 to 65536 characters. Write-only: it is sent to the control plane and kept in no plan and no state. */
  readonly clientKeyWo?: string
  /** Any number; another one says that `client_key_wo` has changed and is to be sent again. */
  readonly clientKeyWoVersion?: number
  /**
   * Check the nodes' certificates.
   *
   * @default `false`
   */
  readonly verify?: boolean | IResolvable
}
