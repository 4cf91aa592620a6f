import assert from 'node:assert/strict'
import { test } from 'node:test'
import { importsOf, trackedFiles } from './source-tree.ts'

/** Who may import whom: a file under `from` may import files under `to`, or under its own folder. First match rules. */
const RULES: readonly { from: RegExp; to: readonly RegExp[] }[] = [
  { from: /^runtime\/model\//, to: [/^runtime\/model\//] },
  { from: /^runtime\/plugins\/[^/]+\/schema\.ts$/, to: [/^runtime\/model\//] },
  {
    from: /^runtime\/plugins\/([^/]+)\/plugin\.ts$/,
    to: [/^runtime\/model\//, /^runtime\/plugins\/plugin-interface\.ts$/, /^runtime\/plugins\/$1\/schema\.ts$/],
  },
  { from: /^runtime\/plugins\/schemas\.ts$/, to: [/^runtime\/model\//, /^runtime\/plugins\/[^/]+\/schema\.ts$/] },
  { from: /^runtime\/plugins\//, to: [/^runtime\/model\//] },
  {
    from: /^runtime\/control-plane\//,
    to: [/^runtime\/control-plane\//, /^runtime\/model\//, /^runtime\/plugins\/schemas\.ts$/],
  },
  { from: /^runtime\/data-plane\//, to: [/^runtime\/data-plane\//, /^runtime\/model\//, /^runtime\/plugins\//] },
  // What speaks Terraform's plugin protocol knows nothing of gateways.
  { from: /^provider\/framework\//, to: [/^provider\/framework\//] },
  { from: /^provider\//, to: [/^provider\//, /^runtime\/model\//, /^runtime\/plugins\/schemas\.ts$/] },
  // The program in the container image joins what runs in a region with the commands that run it.
  { from: /^runtime\/image\/main\.ts$/, to: [/./] },
  { from: /^runtime\/image\//, to: [/^runtime\/(image|model)\//] },
  { from: /^topology\//, to: [/^topology\//, /^runtime\/model\//] },
  // A task and its image agree on where things are; the tag of the image is the hash of what it is made of.
  { from: /^constructs\//, to: [/^constructs\//, /^topology\//, /^runtime\/image\/(layout|image-contents)\.ts$/] },
  // A topology alone is data for everybody; what its gateways serve is made of constructs.
  {
    from: /^stacks\/examples\/with-configuration\.ts$/,
    to: [/^topology\//, /^(constructs|stacks)\/index\.ts$/, /^stacks\/examples\//],
  },
  { from: /^stacks\/examples\//, to: [/^topology\//, /^stacks\/examples\//] },
  { from: /^stacks\//, to: [/^stacks\//, /^constructs\//, /^topology\//] },
  { from: /^toolkit\/cli\.ts$/, to: [/./] },
  // Writes the pages of every room.
  { from: /^toolkit\/documentation\/main\.ts$/, to: [/./] },
  { from: /^toolkit\/drill\//, to: [/^toolkit\/(drill|local|failover)\//, ...toolkitCommons()] },
  {
    from: /^toolkit\/failover\/(local-driver|commands)\.ts$/,
    to: [/^toolkit\/(failover|local)\//, ...toolkitCommons()],
  },
  { from: /^toolkit\/image\//, to: [/^toolkit\/image\//, /^runtime\/image\//, ...toolkitCommons()] },
  { from: /^toolkit\/([^/]+)\//, to: [/^toolkit\/$1\//, ...toolkitCommons()] },
  { from: /^toolkit\/[^/]+\.ts$/, to: toolkitCommons() },
]

function toolkitCommons(): RegExp[] {
  return [/^runtime\/model\//, /^runtime\/plugins\/schemas\.ts$/, /^topology\//, /^toolkit\/[^/]+\.ts$/]
}

test('every import keeps to who may import whom', () => {
  const broken: string[] = []
  for (const file of trackedFiles().filter((name) => /\.tsx?$/.test(name))) {
    const rule = RULES.find(({ from }) => from.test(file))
    if (!rule) continue
    const own = rule.from.exec(file)?.[1]
    const allowed = rule.to.map((to) => (own ? new RegExp(to.source.replace('$1', own)) : to))
    for (const imported of importsOf(file)) {
      if (!allowed.some((to) => to.test(imported))) broken.push(`${file} imports ${imported}`)
    }
  }
  assert.deepEqual(broken, [])
})

test('every room has a rule', () => {
  const rooms = trackedFiles().filter((file) =>
    /^(runtime|topology|constructs|stacks|toolkit|provider)\/.*\.tsx?$/.test(file),
  )
  assert.deepEqual(
    rooms.filter((file) => !RULES.some(({ from }) => from.test(file))),
    [],
  )
})
