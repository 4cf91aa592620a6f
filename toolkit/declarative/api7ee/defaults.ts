import { type AdcResource, fillScalarDefaults } from '../../../runtime/model/adc/index.ts'

/** The answer of `GET /api/schema/core`: a JSON Schema for each kind of resource, named as in files. */
export type CoreSchemas = Readonly<Record<string, object | undefined>>

/** A local resource with the defaults that the control plane shows in what it returns. */
export function withCoreDefaults(resource: AdcResource, schemas: CoreSchemas, isStream: boolean): AdcResource {
  const { type, value } = resource
  const schema = schemas[type === 'service' && isStream ? 'stream_service' : type]
  return schema ? { ...resource, value: fillScalarDefaults(schema, value) } : resource
}
