export { checkApplyAnswer, checkPlanAnswer, type PlanAnswer, type Violation } from './conformance/core-rules.ts'
export { watchedProvider } from './conformance/watched-provider.ts'
export { type Path, type Problem, pathText, Refused, refused } from './problem.ts'
export {
  type CallContext,
  type Change,
  type DataSource,
  type EphemeralResource,
  FunctionRefused,
  Incomplete,
  type Opened,
  type Parameter,
  type PlannedDeletion,
  type Provider,
  type ProviderFunction,
  type Resource,
} from './provider.ts'
export type { Attribute, Attributes, NestedAttribute, PlainAttribute, Schema } from './schema.ts'
export { type ServedProvider, serveProvider, serveReattached } from './serve.ts'
export {
  Dynamic,
  isList,
  isNull,
  isObject,
  isSame,
  isUnknown,
  isWhollyKnown,
  type Json,
  type JsonObject,
  NumberText,
  type Type,
  toDynamic,
  toJson,
  UNKNOWN,
  type UnknownValue,
  type Value,
  type ValueObject,
} from './values.ts'
