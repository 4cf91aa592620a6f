import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { appendFileSync, cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { pathToFileURL } from 'node:url'
import { imageContents } from '../../../runtime/image/image-contents.ts'
import { DATABASE_AUTHORITIES, PROGRAM } from '../../../runtime/image/layout.ts'
import { copyCheckout, ROOT } from './checkout.ts'

const TELL = "process.stdout.write((await import('./runtime/image/image-contents.ts')).imageHash())"

describe('what the image is made of', () => {
  let folder: string
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'antipode-image-test-'))
  })
  after(() => rmSync(folder, { recursive: true }))

  const text = (path: string) => Buffer.from(imageContents().files.get(path) ?? '').toString()

  /** The hash of the image of a checkout in another place. */
  async function hashIn(...place: string[]): Promise<string> {
    const checkout = join(folder, ...place)
    copyCheckout(checkout, ['runtime', 'toolkit', 'topology'])
    const { imageContents } = await import(pathToFileURL(join(checkout, 'runtime/image/image-contents.ts')).href)
    return imageContents().hash
  }

  it('has the same hash wherever the sources lie, and whenever they were written', async () => {
    const [here, there] = [await hashIn('here'), await hashIn('somewhere', 'else', 'entirely')]
    assert.equal(here, there)
  })

  it('has another hash when a line of the runtime changes, or the base, or what it runs on', async () => {
    const before = await hashIn('before')
    const checkout = join(folder, 'changed')
    cpSync(join(folder, 'before'), checkout, { recursive: true, verbatimSymlinks: true })
    appendFileSync(join(checkout, 'runtime/data-plane/main.ts'), "\nprocess.emitWarning('changed')\n")
    const { imageContents: changed } = await import(
      pathToFileURL(join(checkout, 'runtime/image/image-contents.ts')).href
    )
    const hashes = [
      before,
      changed().hash,
      changed({ base: 'registry.example/node:22' }).hash,
      changed({ platform: 'linux/arm64' }).hash,
    ]
    assert.equal(new Set(hashes).size, hashes.length)
  })

  it('is told by its hash again without bundling, until something that it is made of is touched', async () => {
    const first = await hashIn('told')
    const checkout = join(folder, 'told')
    const tell = (temporary: string, cwd = checkout) => {
      const args = ['--input-type=module', '-e', TELL]
      return execFileSync(process.execPath, args, {
        cwd,
        env: { TMPDIR: temporary },
        stdio: 'pipe',
      }).toString()
    }
    // Whoever bundles needs a place for temporary files.
    const nowhere = join(folder, 'nowhere')
    assert.equal(tell(nowhere), first)
    const elsewhere = join(folder, 'told', 'elsewhere')
    cpSync(join(checkout, 'runtime'), join(elsewhere, 'runtime'), { recursive: true })
    symlinkSync(join(checkout, 'node_modules'), join(elsewhere, 'node_modules'))
    assert.equal(tell(nowhere, elsewhere), first)
    appendFileSync(join(checkout, 'runtime/data-plane/main.ts'), "\nprocess.emitWarning('changed')\n")
    assert.throws(() => tell(nowhere), /ENOENT/)
    const changed = tell(folder)
    assert.notEqual(changed, first)
    assert.equal(tell(nowhere), changed)
  })

  it('names no place of the machine that bundled it', () => {
    const program = text(PROGRAM)
    assert.ok(program.length > 0)
    for (const place of ['node_modules/', ROOT, tmpdir()]) assert.ok(!program.includes(place), place)
  })

  it('carries the authorities of RDS, each of which is one', () => {
    const blocks = text(DATABASE_AUTHORITIES).match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
    assert.ok(blocks.length > 50, `${blocks.length}`)
    const certificates = blocks.map((block) => new X509Certificate(block))
    assert.ok(certificates.every(({ ca }) => ca))
    for (const region of ['us-east-1', 'eu-west-1', 'ap-southeast-2']) {
      const name = `Amazon RDS ${region} Root CA`
      assert.ok(
        certificates.some(({ subject }) => subject.includes(name)),
        name,
      )
    }
  })

  it('hands on the licences of what it is made of', () => {
    const licences = text(PROGRAM.replace('antipode.mjs', 'LICENCES'))
    for (const name of ['fastify', 'pg', 'undici', '@peculiar/x509']) {
      assert.match(licences, new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\(MIT\\)\\n\\n\\S`, 'm'))
    }
  })

  it('runs nothing to be built, so that any machine builds it for any other', () => {
    const { dockerfile } = imageContents()
    assert.match(dockerfile, /^FROM gcr\.io\/distroless\/nodejs22-debian12$/m)
    assert.match(dockerfile, /^USER 65532:65532$/m)
    assert.doesNotMatch(dockerfile, /^RUN/m)
  })
})
