import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { DockerEngine } from './docker-engine.ts'

const NAME = 'antipode-test-node'

/**
 * A base image that needs no registry: the Node that runs this test, the libraries that it names, and nothing else. As
 * in the default base there is no shell.
 */
export async function makeNodeBase({ docker }: DockerEngine): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'antipode-base-'))
  try {
    const root = join(folder, 'root')
    const put = (from: string, to: string) => {
      mkdirSync(dirname(join(root, to)), { recursive: true })
      copyFileSync(from, join(root, to))
    }
    put(process.execPath, '/usr/local/bin/node')
    const libraries = execFileSync('ldd', [process.execPath], { encoding: 'utf8' }).matchAll(/(\/\S+) \(0x/g)
    for (const [, library] of libraries) put(library!, library!)
    execFileSync('tar', ['--create', '--directory', root, '--file', join(folder, 'base.tar'), '.'])
    await docker('import', join(folder, 'base.tar'), NAME)
    return NAME
  } finally {
    rmSync(folder, { recursive: true })
  }
}
