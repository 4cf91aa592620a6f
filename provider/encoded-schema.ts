import { encodeSchema } from './framework/service/encode-schema.ts'
import { antipodeProvider } from './provider.ts'

/** What the provider offers, as Terraform is told of it; a bundle holds this file's value and none of what makes it. */
export const ENCODED_SCHEMA: Uint8Array = encodeSchema(antipodeProvider)
