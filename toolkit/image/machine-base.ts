import { execFile } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { AntipodeError } from '../../runtime/model/errors.ts'
import { type DockerOptions, docker, lastLine } from './docker.ts'

/**
 * A base that needs no registry: the Node that runs this and the libraries of this machine that it names. As in the
 * default base there is no shell, and no user has a name.
 *
 * @returns what the engine calls it
 * @throws AntipodeError DOCKER_UNAVAILABLE, IMAGE_BASE_UNAVAILABLE
 */
export async function makeMachineBase(options: DockerOptions): Promise<string> {
  const name = `antipode-base:node-${process.versions.node}`
  const folder = await mkdtemp(join(tmpdir(), 'antipode-base-'))
  try {
    const root = join(folder, 'root')
    const put = async (from: string, to: string) => {
      await mkdir(dirname(join(root, to)), { recursive: true })
      await copyFile(from, join(root, to))
    }
    await put(process.execPath, '/usr/local/bin/node')
    for (const library of await librariesOf(process.execPath)) await put(library, library)
    const archive = join(folder, 'base.tar')
    await promisify(execFile)('tar', ['--create', '--directory', root, '--file', archive, '.'])
    const { ok, stderr } = await docker(['import', archive, name], options)
    if (!ok) throw new AntipodeError('IMAGE_BASE_UNAVAILABLE', { base: name, reason: lastLine(stderr) })
    return name
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** With the dynamic loader. */
async function librariesOf(program: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)('ldd', [program])
  return [...stdout.matchAll(/(\/\S+) \(0x/g)].map(([, path]) => path!)
}
