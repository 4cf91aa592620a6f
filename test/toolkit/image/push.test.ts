import assert from 'node:assert/strict'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, describe, it } from 'node:test'
import { imageContents } from '../../../runtime/image/image-contents.ts'
import { pushByHash } from '../../../toolkit/image/push.ts'

const REPOSITORY = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/antipode'
const { hash } = imageContents()
const image = `${REPOSITORY}:${hash}`

// No ECR answers here: `docker` and `aws` are programs of the test, which say what the real ones say.
describe('pushing to ECR', () => {
  let folder: string
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'antipode-push-test-'))
  })
  after(() => rmSync(folder, { recursive: true }))
  beforeEach(() => rmSync(join(folder, 'calls'), { force: true }))

  const program = (name: string, cases: string) => {
    const file = join(folder, name)
    writeFileSync(file, `#!/bin/sh\necho "${name} $*" >> '${folder}/calls'\ncase "$*" in\n${cases}\nesac\n`)
    chmodSync(file, 0o755)
  }
  const calls = () => {
    const lines = existsSync(join(folder, 'calls'))
      ? readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n')
      : []
    return lines.map((line) => line.replace(/ \S*antipode-image-\S+$/, ' <folder>'))
  }
  const push = (expectedHash?: string) => {
    const context = {
      env: { PATH: `${folder}:/usr/bin:/bin`, LOGGED_IN: join(folder, 'logged-in') },
      signal: new AbortController().signal,
      progress: () => undefined,
    }
    return pushByHash({ repository: REPOSITORY, ...(expectedHash && { expectedHash }) }, context as never)
  }

  it('asks the registry alone for what is there already', async () => {
    program('docker', 'manifest*) ;;')
    assert.deepEqual(await push(), { image, hash, pushed: false })
    assert.deepEqual(calls(), [`docker manifest inspect ${image}`])
  })

  it('builds and pushes what is not there', async () => {
    program('docker', `manifest*) echo "no such manifest: ${image}" >&2; exit 1 ;;`)
    assert.deepEqual(await push(), { image, hash, pushed: true })
    assert.deepEqual(calls(), [
      `docker manifest inspect ${image}`,
      `docker build --platform linux/amd64 --tag ${image} <folder>`,
      `docker push ${image}`,
    ])
  })

  it('logs in through the AWS command line where docker’s own credential is missing', async () => {
    rmSync(join(folder, 'logged-in'), { force: true })
    program(
      'docker',
      'login*) read password; [ "$password" = secret-token ] && touch "$LOGGED_IN" ;;\n' +
        'manifest*) [ -e "$LOGGED_IN" ] || { echo "no basic auth credentials" >&2; exit 1; } ;;',
    )
    program('aws', 'ecr*) echo secret-token ;;')
    assert.deepEqual(await push(), { image, hash, pushed: false })
    assert.deepEqual(calls(), [
      `docker manifest inspect ${image}`,
      'aws ecr get-login-password --region eu-west-1',
      'docker login --username AWS --password-stdin 123456789012.dkr.ecr.eu-west-1.amazonaws.com',
      `docker manifest inspect ${image}`,
    ])
  })

  it('says who refused, and how to log in, where nobody can', async () => {
    program(
      'docker',
      'manifest*) echo "denied: Your authorization token has expired. Reauthenticate and try again." >&2; exit 1 ;;',
    )
    program('aws', 'ecr*) echo "Unable to locate credentials" >&2; exit 253 ;;')
    await assert.rejects(push(), {
      code: 'IMAGE_PUSH_REFUSED',
      message: `${image} was refused: Unable to locate credentials; if it is a log-in that is missing, \`docker login 123456789012.dkr.ecr.eu-west-1.amazonaws.com\` gives one`,
    })
  })

  it('takes a tag that somebody else pushed meanwhile for its own: it names the same content', async () => {
    program(
      'docker',
      `manifest*) [ -e "$LOGGED_IN.pushed" ] || { echo "no such manifest: ${image}" >&2; exit 1; } ;;\n` +
        'push*) touch "$LOGGED_IN.pushed"; echo "tag invalid: The image tag already exists and is immutable" >&2; exit 1 ;;',
    )
    assert.deepEqual(await push(), { image, hash, pushed: true })
  })

  it('calls nobody for a runtime that has changed since it was planned', async () => {
    program('docker', '')
    await assert.rejects(push('0'.repeat(32)), { code: 'IMAGE_CHANGED' })
    assert.deepEqual(calls(), [])
  })

  it('says that there is no docker, or no engine behind it', async () => {
    rmSync(join(folder, 'docker'))
    const env = { PATH: folder }
    const context = { env, signal: new AbortController().signal, progress: () => undefined }
    await assert.rejects(pushByHash({ repository: REPOSITORY }, context as never), {
      code: 'DOCKER_UNAVAILABLE',
      message: /there is no command docker/,
    })
    program(
      'docker',
      'manifest*) echo "no such manifest" >&2; exit 1 ;;\n' +
        '*) echo "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?" >&2; exit 1 ;;',
    )
    await assert.rejects(push(), { code: 'DOCKER_UNAVAILABLE', message: /no engine answers: Cannot connect/ })
  })
})
