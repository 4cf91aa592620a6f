import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type App, DataResource, TerraformStack } from 'cdktf'
import { type Image, ImageRepository, type Repository, RuntimeImage } from '../../constructs/index.ts'
import { IMAGE_HASH_CONTEXT } from '../../constructs/runtime-image.ts'
import { imageContents } from '../../runtime/image/image-contents.ts'
import { topology } from '../../stacks/examples/active-passive.ts'
import { IMAGE_HASH, resources, synthesise, synthesiseStack } from '../stacks/synthesise.ts'

const url = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/antipode'
const arn = 'arn:aws:ecr:eu-west-1:123456789012:repository/shop/antipode'
const digest = `sha256:${'4f'.repeat(32)}`

/** A stack with an image in a repository that exists, and a resource that names the image. */
function withImage(make: (stack: TerraformStack, repository: Repository) => Image, context: [string, string][] = []) {
  let image: Image | undefined
  const stack = synthesiseStack((app: App) => {
    for (const [key, value] of context) app.node.setContext(key, value)
    const stack = new TerraformStack(app, 'stack')
    const repository = ImageRepository.fromExisting(stack, 'images', { url, arn })
    image = make(stack, repository)
    new DataResource(stack, 'task', { input: { image: image.reference } })
    return stack
  })
  const found = resources(stack, 'terraform_data') as unknown as Record<string, Push>
  const [task] = Object.entries(found).filter(([name]) => name.startsWith('task'))
  const [push] = Object.entries(found).filter(([name]) => name.startsWith('image'))
  return { image: image!, task: task?.[1].input.image, push }
}

interface Push {
  readonly input: { readonly image: string }
  readonly triggers_replace: { readonly image: string }
  readonly provisioner: readonly [{ 'local-exec': { command: string; environment: Record<string, string> } }]
}

test('an image is pushed under the hash of this package’s own runtime, again whenever that changes', () => {
  const { hash } = imageContents()
  const { push } = withImage((stack, repository) => new RuntimeImage(stack, 'image', { repository }))
  assert.equal(push?.[1].input.image, `${url}:${hash}`)
  assert.deepEqual(push?.[1].triggers_replace, { image: `${url}:${hash}` })
  assert.deepEqual(push?.[1].provisioner, [
    {
      'local-exec': {
        command: 'npx --no-install antipode image push',
        environment: { ANTIPODE_REPOSITORY: url, ANTIPODE_EXPECTED_HASH: hash },
      },
    },
  ])
})

test('whoever names an image waits until it was pushed', () => {
  const { push, task } = withImage((stack, repository) => {
    return new RuntimeImage(stack, 'image', { repository, hash: IMAGE_HASH })
  })
  assert.equal(task, `\${terraform_data.${push?.[0]}.output.image}`)
})

test('context pins the hash where nothing is deployed', () => {
  const { push } = withImage(
    (stack, repository) => {
      return new RuntimeImage(stack, 'image', { repository })
    },
    [[IMAGE_HASH_CONTEXT, 'none']],
  )
  assert.equal(push?.[1].input.image, `${url}:none`)
})

test('a base of one’s own makes another image', () => {
  const base = 'registry.example/node:22'
  const { push } = withImage((stack, repository) => new RuntimeImage(stack, 'image', { repository, base }))
  const { hash } = imageContents({ base })
  assert.notEqual(hash, imageContents().hash)
  assert.equal(push?.[1].input.image, `${url}:${hash}`)
  assert.equal(push?.[1].provisioner[0]['local-exec'].environment.ANTIPODE_BASE, base)
})

test('an image that was pushed before is named as it is, and nothing runs', () => {
  for (const [props, reference] of [
    [{ digest }, `${url}@${digest}`],
    [{ tag: '1.4.0' }, `${url}:1.4.0`],
  ] as const) {
    const { image, task, push } = withImage((stack, repository) => {
      return RuntimeImage.fromExisting(stack, 'image', { repository, ...props })
    })
    assert.equal(task, reference)
    assert.equal(image.repositoryArn, arn)
    assert.equal(push, undefined)
  }
})

test('an image of another registry needs no leave to be pulled', () => {
  const reference = `registry.example/antipode@${digest}`
  const { image, task } = withImage((stack) => RuntimeImage.fromExisting(stack, 'image', { reference }))
  assert.equal(task, reference)
  assert.equal(image.repositoryArn, undefined)
})

test('a digest that is none is refused with what one looks like', () => {
  assert.throws(
    () => withImage((stack, repository) => RuntimeImage.fromExisting(stack, 'image', { repository, digest: '1.4.0' })),
    {
      code: 'CONSTRUCT_INVALID',
      message: "stack/image.digest: '1.4.0' is no digest; use one like sha256:4f1c…, 64 digits",
    },
  )
})

test('every region of a topology pushes into its own repository, and its tasks wait for that alone', () => {
  const stacks = synthesise(topology)
  for (const region of ['us-east-1', 'us-west-2']) {
    const pushes = Object.values(resources(stacks.get(`payments-${region}-foundation`), 'terraform_data'))
    assert.equal(pushes.length, 1)
    for (const part of ['control-plane', 'data-plane']) {
      const [task] = Object.values(resources(stacks.get(`payments-${region}-${part}`), 'aws_ecs_task_definition'))
      assert.match(
        `${task?.container_definitions}`,
        new RegExp(`"image":"[^"]*-${region}-foundation\\.outputs\\.[^"]*push`),
      )
    }
  }
})

test('a topology runs a digest that was pushed before without building anything', () => {
  const stacks = synthesise(topology, { image: { digest } })
  const foundation = stacks.get('payments-us-east-1-foundation')
  assert.deepEqual(resources(foundation, 'terraform_data'), {})
  const [task] = Object.values(resources(stacks.get('payments-us-east-1-data-plane'), 'aws_ecs_task_definition'))
  assert.match(`${task?.container_definitions}`, new RegExp(`repository_url\\}@${digest}"`))
})

test('a container is its image’s own program: no shell, no file with a secret, no right, and it is replaced when it hangs', () => {
  const [task] = Object.values(
    resources(synthesise(topology).get('payments-us-east-1-control-plane'), 'aws_ecs_task_definition'),
  )
  const [container] = JSON.parse(`${task?.container_definitions}`)
  assert.equal(container.entryPoint, undefined)
  assert.deepEqual(container.command, ['control-plane'])
  assert.equal(container.user, '65532:65532')
  assert.equal(container.readonlyRootFilesystem, true)
  assert.deepEqual(container.linuxParameters, { initProcessEnabled: true, capabilities: { drop: ['ALL'] } })
  assert.deepEqual(container.healthCheck.command, ['CMD', 'node', '/opt/antipode/antipode.mjs', 'health'])
})
