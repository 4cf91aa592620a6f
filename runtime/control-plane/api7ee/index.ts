export { type Api7eeOptions, addApi7eeSurface } from './surface.ts'
