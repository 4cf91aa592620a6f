import { HttpListener } from './http-listener.ts'
import type { Receiver } from './receiver.ts'

interface Document {
  readonly route: string
  readonly calls: number
}

/** Speaks as much of the bulk API of Elasticsearch, or of OpenSearch, as creating documents takes. */
export async function searchReceiver(type: 'elasticsearch' | 'opensearch'): Promise<Receiver> {
  const documents = new Map<string, Document>()
  const listener = new HttpListener(({ method, path, headers, body }) => {
    if (method !== 'POST' || !path.startsWith('/_bulk')) return { status: 404 }
    if (!/ndjson/.test(String(headers['content-type']))) return { status: 406 }
    const lines = String(body).trimEnd().split('\n')
    const items = []
    for (let place = 0; place < lines.length; place += 2) {
      const { create } = JSON.parse(lines[place]!) as { create: { _index: string; _id: string } }
      const id = `${create._index}/${create._id}`
      const isThere = documents.has(id)
      if (!isThere) documents.set(id, JSON.parse(lines[place + 1]!))
      const error = { type: 'version_conflict_engine_exception', reason: 'document already exists' }
      items.push({ create: { ...create, status: isThere ? 409 : 201, ...(isThere && { error }) } })
    }
    return {
      status: 200,
      headers: { 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch' },
      body: JSON.stringify({ took: 1, errors: false, items }),
    }
  })
  await listener.up()
  return {
    settings: { name: type, type, node: listener.url },
    calls: async (route) =>
      [...documents.values()].filter((document) => document.route === route).reduce((sum, { calls }) => sum + calls, 0),
    up: () => listener.up(),
    down: () => listener.down(),
    loseNextAnswer: () => listener.loseNextAnswer(),
    stop: () => listener.down(),
  }
}
