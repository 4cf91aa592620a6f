export { addGroupSurface } from './surface.ts'
