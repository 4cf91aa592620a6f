import { type Static, Type } from 'typebox'

const closed = { additionalProperties: false } as const

/** `antipode.keyring` as it stands in the file. */
export const KeyringFile = Type.Object({
  keys: Type.Array(
    Type.Union([
      Type.Object({ file: Type.String({ minLength: 1 }) }, closed),
      Type.Object({ env: Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]*$' }) }, closed),
    ]),
    { minItems: 1 },
  ),
})

/** Where a key of the keyring is: a file, or a variable of the process. */
export type KeySource = { readonly file: string } | { readonly env: string }

export function keySources(file: Static<typeof KeyringFile> | undefined): readonly KeySource[] {
  return file?.keys ?? []
}
