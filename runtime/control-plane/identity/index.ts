export { addIdentitySurface, type IdentityOptions } from './surface.ts'
