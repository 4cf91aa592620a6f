import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The program `name` beside a module: TypeScript in a checkout, JavaScript in an installed package. */
export function siblingProgram(moduleUrl: string, name: string): string {
  return fileURLToPath(new URL(`./${name}${extname(moduleUrl)}`, moduleUrl))
}
