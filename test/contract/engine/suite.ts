import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { pathToFileURL } from 'node:url'
import { PostgresServer } from '../../../toolkit/local/database/postgres-server.ts'
import type { RunningPart, RuntimeProgram } from '../../../toolkit/local/engine/engine.ts'
import type { LentImage } from '../../../toolkit/local/engine/open-engine.ts'
import type { EngineName } from '../../../toolkit/local/local-topology.ts'
import { PASSWORDS, until } from '../../toolkit/local/database/linked-databases.ts'
import { type OpenedEngine, openOne } from './opened-engine.ts'

const SECONDS = 60
const KILLED = { code: null, signal: 'SIGKILL' }

/** Writes down what it gets from an address, before the program itself begins. */
const ASKING = `
const answer = await fetch(process.env.ASK).then((response) => response.text(), (error) => String(error.cause ?? error))
console.error('asked: ' + answer)
`

/** What every engine must do, with the real parts of a region. */
export function testEngine(name: EngineName, image: () => Promise<LentImage>, skip: string | false = false): void {
  describe(`engine ${name}`, { skip }, () => {
    let opened: OpenedEngine
    let part: RunningPart | undefined

    const answers = (milliseconds = 2_000): Promise<boolean> =>
      fetch(opened.status, { signal: AbortSignal.timeout(milliseconds) }).then(
        async (response) => {
          await response.body?.cancel()
          return response.ok
        },
        () => false,
      )
    const serve = async (): Promise<RunningPart> => {
      part = opened.engine.start(opened.dataPlane)
      await until('the data plane answers', () => answers(), SECONDS)
      return part
    }

    before(async () => {
      opened = await openOne(name, image)
    })
    after(async () => {
      if (opened) assert.deepEqual(await opened.close(), { workspaceIsGone: true })
      assert.equal(part?.running, false)
    })

    it('starts a part, which answers where it listens, and knows its process', async () => {
      const running = await serve()
      await running.started
      assert.equal(running.running, true)
      assert.equal(process.kill(running.pid!, 0), true)
    })

    it('freezes a part, which then takes connections and answers nothing, and thaws it', async () => {
      await part!.freeze()
      assert.equal(await answers(1_000), false)
      assert.equal(part!.running, true)
      await part!.thaw()
      await until('the data plane answers again', () => answers(), SECONDS)
    })

    it('kills a part at once, frozen or not, and starts it again under the same name', async () => {
      await part!.kill()
      assert.equal(part!.running, false)
      assert.deepEqual(await part!.exited, KILLED)
      assert.equal(await answers(), false)
      await (await serve()).freeze()
      await part!.kill()
      assert.deepEqual(await part!.exited, KILLED)
      await serve()
    })

    it('lets a part end in order, frozen or not', async () => {
      await part!.freeze()
      await part!.stop('SIGTERM', SECONDS)
      assert.deepEqual(await part!.exited, { code: 0, signal: null })
      await serve()
      await part!.stop('SIGTERM', SECONDS)
      assert.deepEqual(await part!.exited, { code: 0, signal: null })
    })

    it('kills what does not end in time', async () => {
      await serve()
      await part!.stop('SIGURG', 0)
      assert.deepEqual(await part!.exited, KILLED)
    })

    it('asks nothing more of what has ended', async () => {
      await part!.kill()
      await part!.stop('SIGTERM', 0)
      await part!.freeze()
      await part!.thaw()
    })

    it('tells how a part ended that cannot start, and what it said', async () => {
      const program: RuntimeProgram = {
        ...opened.dataPlane,
        config: { ...opened.dataPlane.config, apisix: { node_listen: 'nowhere' } },
      }
      const broken = opened.engine.start(program)
      assert.deepEqual(await broken.exited, { code: 2, signal: null })
      assert.match(broken.lastWords(), /node_listen/)
    })

    it('has several data planes of a region answer at one address', async () => {
      const first = await serve()
      const name = `${opened.dataPlane.name}-2`
      const second = opened.engine.start({
        ...{ ...opened.dataPlane, name, joins: opened.dataPlane.name },
        directory: opened.workspace.private('processes', name),
        log: join(opened.workspace.private('logs'), `${name}.log`),
      })
      try {
        // Frozen, the first takes its share of the connections all the same.
        await first.freeze()
        await until('the second answers in its place', () => answers(300), SECONDS)
        await first.thaw()
      } finally {
        await second.kill()
      }
      await until('the first answers alone', () => answers(), SECONDS)
      await first.kill()
    })

    it('gives a part variables and files, a way to this machine and one to the parts beside it', async () => {
      const server = createServer((_, response) => response.end('this machine'))
      const { machine, directly } = opened.engine.standpoint(opened.region.name)
      server.listen(0, machine)
      await once(server, 'listening')
      const module = opened.module(ASKING)
      const asking = async (url: string): Promise<string> => {
        const asker = opened.engine.start({
          ...{ ...opened.dataPlane, part: 'control-plane', name: `${opened.region.name}-control-plane`, listeners: [] },
          log: join(opened.workspace.private('logs'), `asked-of-${new URL(url).port}.log`),
          env: { NODE_OPTIONS: `--import=${pathToFileURL(module).href}`, ASK: url },
          reads: [module],
        })
        await until('it has asked', () => asker.lastWords(40).includes('asked: '), SECONDS)
        await asker.kill()
        return asker.lastWords(40)
      }
      try {
        const { port } = server.address() as AddressInfo
        assert.match(await asking(`http://${machine}:${port}`), /asked: this machine/)
        await serve()
        const beside = directly('data-plane', opened.region.status)
        assert.match(await asking(`http://${beside.host}:${beside.port}/status`), /asked: \{"status"/)
      } finally {
        server.close()
      }
    })

    it('runs a database over a directory of this machine, which keeps what was committed', async () => {
      const { engine, region, binaries, user, workspace, processes } = opened
      const database = new PostgresServer({
        ...{ region: region.name, binaries, user, passwords: PASSWORDS, processes, engine },
        ...{ address: region.database.ip, port: region.database.port },
        directory: workspace.database(region.name),
        log: join(workspace.private('logs'), 'database.log'),
      })
      await database.fill(() => database.initialise())
      await database.start(undefined)
      await database.query('CREATE TABLE kept AS SELECT 1 AS one')
      await database.child!.kill()
      assert.equal(database.child, undefined)
      await database.start(undefined)
      assert.deepEqual(await database.query('SELECT one FROM kept'), [{ one: 1 }])
      await database.retire('fast')
    })

    it('ends what it runs when it is closed, and starts nothing more', async () => {
      await opened.engine.close()
      assert.equal(part!.running, false)
      assert.throws(() => opened.engine.start(opened.dataPlane), /starts nothing more/)
    })
  })
}
