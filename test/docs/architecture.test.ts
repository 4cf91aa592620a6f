import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import { architecturePages } from '../../toolkit/documentation/pages.ts'
import { stackPicture } from '../../toolkit/documentation/stack-picture.ts'
import { defineTopology } from '../../topology/index.ts'
import { synthesise } from '../stacks/synthesise.ts'

const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')

// As much of Mermaid's grammar as the pictures use: https://mermaid.js.org/syntax/flowchart.html
const TEXT = '"[^"\\n]*"'
const NODE = new RegExp(`^ +(\\w+)(?:\\(\\[${TEXT}\\]\\)|\\[${TEXT}\\])$`)
const FRAME = new RegExp(`^ {2}subgraph (\\w+)\\[${TEXT}\\]$`)
const ARROW = new RegExp(`^ {2}(\\w+) <?(?:-->|==>|-\\.->)\\|${TEXT}\\| (\\w+)$`)

/** The boxes of a picture, by identifier, after checking every line of it. */
function boxesOf(picture: string): Set<string> {
  const [first, ...lines] = picture.split('\n')
  assert.equal(first, 'flowchart TB')
  const boxes = new Set<string>()
  const arrows: string[] = []
  let open = false
  for (const line of lines) {
    const [, box] = NODE.exec(line) ?? []
    const [, from, to] = ARROW.exec(line) ?? []
    if (box) boxes.add(box)
    else if (from && to) arrows.push(from, to)
    else if (FRAME.test(line)) open = !open
    else if (line === '  end') open = !open
    else assert.fail(`no line of Mermaid that we know: ${line}`)
  }
  assert.equal(open, false, 'a frame is not closed')
  for (const end of arrows) assert.ok(boxes.has(end), `an arrow leads to ${end}, which is no box`)
  return boxes
}

describe('docs/architecture.md', () => {
  let text = ''
  before(async () => {
    text = (await architecturePages(root))[0]!.text
  })

  it('shows what is synthesised now', () => {
    const written = readFileSync(`${root}/docs/architecture.md`, 'utf8')
    assert.equal(written, text, 'write it anew with `node toolkit/documentation/main.ts`')
  })

  it('is Mermaid', () => {
    const pictures = [...text.matchAll(/^```mermaid\n([\s\S]*?)\n```$/gm)].map(([, picture]) => picture!)
    assert.equal(pictures.length, 2)
    for (const picture of pictures) assert.ok(boxesOf(picture).size > 10)
  })
})

describe('a picture of stacks', () => {
  const golden = (name: string) => {
    const [input = ''] = readFileSync(`${root}/test/golden/stacks/${name}.txt`, 'utf8').split(/^---\n/m)
    const topology = defineTopology(parse(input))
    const stacks = synthesise(topology)
    const picture = stackPicture(topology.name, stacks)
    const boxes = boxesOf(picture)
    for (const stack of stacks.keys()) assert.ok(boxes.has(stack.replace(/\W/g, '_')), `${stack} has no box`)
    return picture
  }

  it('shows an accelerator and its dials', () => {
    const picture = golden('behind-an-accelerator')
    assert.match(picture, /payments_gslb -->\|"dial 100 %"\| payments_us_east_1_data_plane/)
    assert.match(picture, /callers -->\|"ask"\| payments_gslb/)
  })

  it('shows the members of a global database', () => {
    assert.match(golden('aurora-global'), /payments_replication <==>\|"member"\| payments_us_west_2_data/)
  })

  it('shows transit gateways', () => {
    assert.match(golden('linked-by-transit-gateways'), /us_east_1_network <-->\|"transit gateway"\| \w+_links/)
  })

  it('shows switches and places', () => {
    assert.match(golden('switched-by-routing-controls'), /2 routing controls/)
    golden('answers-by-place')
    golden('answers-by-weight')
    golden('a-site-over-vpn')
  })
})
