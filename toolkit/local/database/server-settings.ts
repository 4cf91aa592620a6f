/** What one start of a server is told; the same for primary and standby but for where it streams from. */
export interface ServerRole {
  readonly address: string
  readonly port: number
  /** Where to stream from while the data directory holds `standby.signal`; ignored by a primary. */
  readonly upstream?: { readonly host: string; readonly port: number; readonly slot: string } | undefined
}

/**
 * Settings as flags of `postgres`. What a node is, is said at each start and never stored by `ALTER SYSTEM`, whose
 * file would travel in base backups.
 *
 * @param own settings that go before the usual ones
 */
export function serverSettings(
  major: number,
  role: ServerRole,
  own: Readonly<Record<string, string | number>> = {},
): string[] {
  const settings: Record<string, string | number> = {
    listen_addresses: role.address,
    port: role.port,
    unix_socket_directories: '',
    max_connections: 60,
    shared_buffers: '32MB',
    // In a file of the data directory, which a killed server cannot leave behind as it can in /dev/shm.
    dynamic_shared_memory_type: 'mmap',
    ...(major >= 18 ? { io_method: 'sync' } : {}),

    // A row seen on the standby was flushed there: what confirmation rests on.
    fsync: 'on',
    full_page_writes: 'on',
    // Durability across regions is the control plane's; PostgreSQL never waits for a standby.
    synchronous_standby_names: '',
    wal_level: 'replica',
    max_wal_senders: 8,
    max_replication_slots: 8,
    min_wal_size: '32MB',
    max_wal_size: '512MB',
    max_slot_wal_keep_size: '512MB',

    hot_standby: 'on',
    // A long query on the standby, or a schema change against it, may hold up confirmation this long.
    max_standby_streaming_delay: '1s',
    max_standby_archive_delay: '1s',
    recovery_target_timeline: 'latest',
    recovery_min_apply_delay: 0,
    // A link that was held, or a peer that was killed, is noticed and tried again within seconds.
    wal_sender_timeout: '3s',
    wal_receiver_timeout: '3s',
    wal_receiver_status_interval: '1s',
    wal_retrieve_retry_interval: '100ms',

    log_min_messages: 'warning',
    log_checkpoints: 'off',
    lc_messages: 'C',
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...own,
  }
  if (role.upstream) {
    const { host, port, slot } = role.upstream
    // The password is in PGPASSWORD: flags are for every user of the machine to read.
    settings.primary_conninfo = `host=${host} port=${port} user=${REPLICATION_ROLE} application_name=${slot} connect_timeout=3 sslmode=disable`
    settings.primary_slot_name = slot
  }
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}

/** Streams and takes base backups. */
export const REPLICATION_ROLE = 'replicator'

/** A region's name as the name of a replication slot, which may hold only lower-case letters, digits and `_`. */
export function slotName(region: string): string {
  return region.toLowerCase().replaceAll(/[^a-z0-9_]/g, '_')
}
