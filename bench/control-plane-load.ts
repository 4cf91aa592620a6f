import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { Pool } from 'undici'

/** What this process is asked to do, once; it answers with `Loaded` and waits for the next. */
export type Load =
  | { readonly kind: 'put'; readonly admin: string; readonly connections: number; readonly seconds: number }
  | { readonly kind: 'insert'; readonly database: string; readonly connections: number; readonly seconds: number }

export interface Loaded {
  /** Acknowledged in the time. */
  readonly count: number
  readonly seconds: number
}

/** A route of about 1 KB, as the Admin API takes it. */
export function route(number: number | string): string {
  return JSON.stringify({
    uri: `/bench/${number}`,
    methods: ['GET', 'POST'],
    desc: 'x'.repeat(250),
    labels: Object.fromEntries(Array.from({ length: 6 }, (_, n) => [`label-${n}`, 'y'.repeat(60)])),
    plugins: { 'proxy-rewrite': { uri: '/elsewhere' } },
    upstream: { type: 'roundrobin', nodes: { '127.0.0.1:8081': 1, '127.0.0.1:8082': 1 } },
  })
}

process.on('message', (load: Load) => {
  const loading = load.kind === 'put' ? put(load) : insert(load)
  loading.then(
    (loaded) => process.send!(loaded),
    (error: Error) => {
      console.error(error)
      process.exit(1)
    },
  )
})
process.on('disconnect', () => process.exit(0))

async function put({ admin, connections, seconds }: Load & { kind: 'put' }): Promise<Loaded> {
  const pool = new Pool(admin, { connections })
  const run = randomBytes(4).toString('hex')
  try {
    return await repeat(connections, seconds, async (number) => {
      const id = `${run}-${number}`
      const answer = await pool.request({
        path: `/apisix/admin/routes/${id}`,
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: route(number),
      })
      const text = await answer.body.text()
      if (answer.statusCode !== 201) throw new Error(`PUT answered ${answer.statusCode}: ${text}`)
    })
  } finally {
    await pool.close()
  }
}

/** Each row is as durable as an acknowledged write: replayed by the standby. */
async function insert({ database, connections, seconds }: Load & { kind: 'insert' }): Promise<Loaded> {
  const clients = await Promise.all(
    Array.from({ length: connections }, async () => {
      const client = new pg.Client(database)
      await client.connect()
      await client.query('SET synchronous_commit = remote_apply')
      return client
    }),
  )
  const run = randomBytes(4).toString('hex')
  try {
    return await repeat(connections, seconds, async (number, worker) => {
      const text = 'INSERT INTO bench (id, value) VALUES ($1, $2)'
      await clients[worker]!.query({ name: 'insert', text, values: [`${run}-${number}`, route(number)] })
    })
  } finally {
    await Promise.all(clients.map((client) => client.end()))
  }
}

async function repeat(
  workers: number,
  seconds: number,
  work: (number: number, worker: number) => Promise<void>,
): Promise<Loaded> {
  const started = performance.now()
  const end = started + seconds * 1_000
  let number = 0
  const loop = async (worker: number) => {
    while (performance.now() < end) await work(number++, worker)
  }
  await Promise.all(Array.from({ length: workers }, (_, worker) => loop(worker)))
  return { count: number, seconds: (performance.now() - started) / 1_000 }
}
