import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { architecturePage } from './architecture-page.ts'
import { constructIndex, constructPage } from './construct-page.ts'
import { readConstructs } from './construct-reference.ts'

/** A generated page: its path from the root, and what it should hold. */
export interface Page {
  readonly path: string
  readonly text: string
}

/** The pictures of the examples. */
export async function architecturePages(root: string): Promise<Page[]> {
  return [{ path: 'docs/architecture.md', text: await architecturePage(root) }]
}

/** A page per construct and the index of them. */
export function constructPages(root: string): Page[] {
  const exported = readConstructs(root, ['constructs/index.ts', 'stacks/index.ts'])
  const constructs = exported.filter(({ name }) => !name.endsWith('Stack'))
  const pages = constructs.map((construct): Page => {
    const path = `docs/constructs/${construct.page}.md`
    return { path, text: constructPage(construct, constructs, exampleOf(root, construct.page)) }
  })
  return [...pages, { path: 'docs/constructs/README.md', text: constructIndex(constructs) }]
}

/** The program that the page shows; tests synthesise it. */
export function exampleOf(root: string, construct: string): string | undefined {
  const file = join(root, 'test', 'docs', 'examples', `${construct}.ts`)
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined
}
