export { DeclaredGroups } from './declared-groups.ts'
export { registriesFor } from './service-registries.ts'
export { addGroupSurface, type GroupSurfaceOptions } from './surface.ts'
