import type { Static, TObject } from 'typebox'
import { compileSchema } from '../../model/schema-compiler.ts'
import { refusal } from './answer.ts'

type Query = Readonly<Record<string, string | string[] | undefined>>

/**
 * Makes the reader of a query: what its schema says is a number is read as one, and all of it is checked. A parameter
 * that the schema does not name is left alone, as a key in `api_key` is.
 *
 * @returns what is in the query; it throws Refusal 400 naming what is wrong
 */
export function queryReader<Schema extends TObject>(schema: Schema): (query: Query) => Static<Schema> {
  const check = compileSchema(schema)
  const properties = Object.entries(schema.properties as Record<string, { type?: string }>)
  return (query) => {
    const read = properties.flatMap(([name, { type }]) => {
      const text = query[name]
      if (text === undefined) return []
      return [[name, type === 'integer' && typeof text === 'string' && /^\d{1,15}$/.test(text) ? Number(text) : text]]
    })
    const values: unknown = Object.fromEntries(read)
    const wrong = check(values)
    if (wrong) throw refusal(`invalid query: ${wrong}`)
    return values as Static<Schema>
  }
}
