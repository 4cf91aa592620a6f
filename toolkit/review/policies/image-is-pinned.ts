import { by, containersOf, each, isOpen } from './look.ts'
import type { Policy } from './policy.ts'

const MOVING = /^(latest|main|master|stable|edge|nightly|dev)$/

export const policy: Policy = {
  id: 'image-is-pinned',
  severity: 'refuse',
  reason: 'A tag that moves runs something else in each region, and something else after a restart.',
  fix: 'Name the image by its digest, or by a tag that is never pushed again.',
  check: (view) =>
    each(view, 'aws_ecs_task_definition').flatMap((found) =>
      containersOf(found.values).flatMap(({ image, name }) => {
        if (typeof image !== 'string' || isOpen(image) || image.includes('@sha256:')) return []
        const tag = /:([\w.-]+)$/.exec(image)?.[1] ?? 'latest'
        return MOVING.test(tag) ? [by(found, `container ${name ?? ''} runs ${image}, whose tag ${tag} moves`)] : []
      }),
    ),
  fails: {
    resources: {
      'us-east-1': {
        aws_ecs_task_definition: {
          gateways: { container_definitions: '[{"name":"data-plane","image":"antipode:latest"}]' },
        },
      },
    },
  },
  passes: {
    resources: {
      'us-east-1': {
        aws_ecs_task_definition: {
          gateways: { container_definitions: '[{"name":"data-plane","image":"antipode:0.1.0"}]' },
        },
      },
    },
  },
}
