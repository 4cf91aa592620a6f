// biome-ignore lint/suspicious/noExplicitAny: a row as the driver gives it
type Row = any

/** A table of the database that has a column of sealed text. */
export interface SealedTable {
  readonly name: 'resource' | 'change' | 'write'
  readonly column: 'value' | 'body'
  /** Comes before every key. */
  readonly first: readonly unknown[]
  /** Rows after a key, in its order: the key, what else the place is made of, and `text` where it is not like `$n`. */
  readonly page: string
  keyOf(row: Row): readonly unknown[]
  /** What a text is sealed for: the same wherever a value stands. */
  placeOf(row: Row): string
  /** Puts the texts of the last parameter where those of the last but one still are. */
  exchange(lock: number): string
}

interface Shape extends Pick<SealedTable, 'name' | 'column' | 'first' | 'placeOf'> {
  readonly key: readonly { readonly name: string; readonly type: string }[]
  readonly beside?: readonly string[]
}

const ofResource = ({ type, id }: Row) => `${type}/${id}`

/** Every place where the control plane keeps what its clients sent. The audit log has its secrets masked instead. */
export const SEALED_TABLES: readonly SealedTable[] = [
  table({
    ...{ name: 'resource', column: 'value', first: ['', ''], placeOf: ofResource },
    key: [
      { name: 'type', type: 'text' },
      { name: 'id', type: 'text' },
    ],
  }),
  table({
    ...{ name: 'change', column: 'value', first: [0], placeOf: ofResource },
    ...{ key: [{ name: 'modified_index', type: 'bigint' }], beside: ['type', 'id'] },
  }),
  table({
    ...{ name: 'write', column: 'body', first: ['00000000-0000-0000-0000-000000000000'] },
    ...{ key: [{ name: 'id', type: 'uuid' }], placeOf: ({ id }) => `write/${id}` },
  }),
]

function table({ name, column, first, key, beside = [], placeOf }: Shape): SealedTable {
  const names = key.map((part) => part.name)
  const after = names.map((_, at) => `$${at + 1}`).join(', ')
  const like = `$${names.length + 1}`
  const arrays = key.map(({ type }, at) => `$${at + 1}::${type}[]`).join(', ')
  const same = (one: string, other: string) => names.map((part) => `${one}.${part} = ${other}.${part}`).join(' AND ')
  return {
    ...{ name, column, first, placeOf },
    keyOf: (row) => names.map((part) => row[part]),
    page: `
SELECT ${[...names, ...beside].join(', ')}, CASE WHEN ${column} LIKE ${like} THEN NULL ELSE ${column} END AS text
FROM antipode.${name} WHERE (${names.join(', ')}) > (${after}) ORDER BY ${names.join(', ')} LIMIT $${names.length + 2}`,
    exchange: (lock) => `
WITH lock AS MATERIALIZED (SELECT pg_advisory_xact_lock_shared(${lock})),
anew AS MATERIALIZED (
  SELECT n.* FROM lock, unnest(${arrays}, $${names.length + 1}::text[], $${names.length + 2}::text[])
    AS n (${names.join(', ')}, old, new)
),
free AS MATERIALIZED (
  SELECT ${names.map((part) => `t.${part}`).join(', ')} FROM antipode.${name} AS t JOIN anew ON ${same('t', 'anew')}
  WHERE t.${column} = anew.old FOR NO KEY UPDATE OF t SKIP LOCKED
)
UPDATE antipode.${name} AS t SET ${column} = anew.new FROM anew JOIN free ON ${same('free', 'anew')}
WHERE ${same('t', 'anew')}`,
  }
}
