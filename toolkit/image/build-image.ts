import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { ImageContents } from '../../runtime/image/image-contents.ts'
import { AntipodeError } from '../../runtime/model/errors.ts'
import { type DockerOptions, docker, lastLine } from './docker.ts'

/** Words by which Docker's two builders and its registries say that a base is not to be had. */
const NO_BASE =
  /pull access denied|manifest.*(unknown|not found)|failed to resolve source metadata|no such host|error getting.*manifest|Get "https?:/i

/**
 * Builds the image and tags it, for this machine's engine alone.
 *
 * @throws AntipodeError DOCKER_UNAVAILABLE, IMAGE_BASE_UNAVAILABLE, IMAGE_BUILD_FAILED
 */
export async function buildImage(contents: ImageContents, tag: string, options: DockerOptions): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'antipode-image-'))
  try {
    await writeContext(contents, folder)
    // One manifest and nothing beside it, so that what a registry holds is the image and only that.
    const env = { ...options.env, BUILDX_NO_DEFAULT_ATTESTATIONS: '1' }
    const args = ['build', '--platform', contents.platform, '--tag', tag, folder]
    const { ok, stderr } = await docker(args, { ...options, env })
    if (ok) return
    const reason = lastLine(stderr)
    const code = NO_BASE.test(stderr) ? 'IMAGE_BASE_UNAVAILABLE' : 'IMAGE_BUILD_FAILED'
    throw new AntipodeError(code, { base: contents.base, reason })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** What the Dockerfile copies; every time is the same, so that layers are too. */
async function writeContext({ dockerfile, files }: ImageContents, folder: string): Promise<void> {
  await writeFile(join(folder, 'Dockerfile'), dockerfile)
  await mkdir(join(folder, 'state'))
  const written = new Set([join(folder, 'state')])
  for (const [path, content] of files) {
    const file = join(folder, 'root', path)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, content, { mode: 0o644 })
    for (let place = file; place !== folder; place = dirname(place)) written.add(place)
  }
  // Deepest first: writing into a folder changes its time.
  for (const place of [...written].sort().reverse()) await utimes(place, 0, 0)
}
