import assert from 'node:assert/strict'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { parse, stringify } from 'yaml'
import { Deployment, KEYS, until } from '../../runtime/control-plane/pki/deployment.ts'
import { CommandLine } from '../cli-process.ts'
import { freePort } from '../local/database/linked-databases.ts'

describe('antipode connect', { timeout: 600_000 }, () => {
  let deployment: Deployment
  let commandLine: CommandLine
  before(async () => {
    commandLine = new CommandLine()
    deployment = await Deployment.start(['east'])
    await deployment.route()
  })
  after(async () => {
    await commandLine.close()
    await deployment.close()
  })

  const server = () => `http://127.0.0.1:${deployment.ports.east.admin}`
  const connect = (platform: string, out: string, ...more: string[]) =>
    commandLine.run(
      'connect',
      platform,
      '--server',
      server(),
      '--admin-key',
      KEYS.admin,
      '--out',
      out,
      '--json',
      ...more,
    )

  for (const form of ['certificate', 'token']) {
    it(`writes what a real data plane starts from: a ${form}`, async () => {
      const { code, stdout, stderr } = await connect('linux', form, '--with', form)
      assert.equal(code, 0, stderr)
      const { folder, files, commands, credential } = JSON.parse(stdout)
      assert.deepEqual(commands[0], `antipode data-plane --config ${folder}/config.yaml`)
      assert.match(credential, form === 'token' ? /^token\/[0-9a-f-]{36}$/ : /^certificate\/[0-9a-f]+$/)
      assert.equal(statSync(folder).mode & 0o777, 0o700)
      for (const file of files) assert.equal(statSync(path.join(folder, file)).mode & 0o777, 0o600, file)
      assert.deepEqual(readdirSync(folder).sort(), [...files, 'state'].sort())

      // A tester's machine may use the ports that everybody knows.
      const file = path.join(folder, 'config.yaml')
      const config = parse(readFileSync(file, 'utf8'))
      const [port, status] = [await freePort(), await freePort()]
      config.apisix = { node_listen: [{ ip: '127.0.0.1', port }], status: { ip: '127.0.0.1', port: status } }
      writeFileSync(file, stringify(config))
      const dataPlane = deployment.launch(file, status, port)
      await dataPlane.followed()
      await until('the route answers', async () => (await dataPlane.call('/hello')) === 200)
      await until('it is known by what it was given', async () => {
        return (await deployment.state('east')).instances.some(({ certificate }) => certificate?.origin === credential)
      })
      await dataPlane.kill()
    })
  }

  it('prints what to type on stdout, and nothing of a secret anywhere', async () => {
    const { code, stdout, stderr } = await commandLine.run(
      ...['connect', 'docker', '--server', server(), '--admin-key', KEYS.admin, '--out', 'docker', '--with', 'token'],
    )
    assert.equal(code, 0, stderr)
    assert.match(stdout, /^docker run --detach/)
    assert.match(stderr, /Revoke it as token\//)
    const token = readFileSync(path.join(commandLine.directory, 'docker', 'token'), 'utf8').trim()
    assert.ok(!`${stdout}${stderr}`.includes(token))
  })

  it('says why it cannot: no key, a viewer, no control plane, a group that there is not', async () => {
    const run = (...args: string[]) => commandLine.run('connect', 'linux', '--out', 'nothing', ...args)
    const nobody = await run('--server', server())
    assert.deepEqual([nobody.code, /failed to check token/.test(nobody.stderr)], [1, true], nobody.stderr)
    const viewer = await run('--server', server(), '--admin-key', KEYS.viewer)
    assert.deepEqual([viewer.code, /viewer/.test(viewer.stderr)], [1, true], viewer.stderr)
    const gone = await run('--server', `http://127.0.0.1:${await freePort()}`)
    assert.deepEqual([gone.code, /cannot be reached/.test(gone.stderr)], [1, true], gone.stderr)
    const other = await connect('linux', 'nothing', '--group', 'others')
    assert.deepEqual([other.code, /there is no gateway group others/.test(other.stderr)], [1, true], other.stderr)
    assert.equal((await commandLine.run('connect', 'mainframe')).code, 2)
    assert.deepEqual(readdirSync(path.join(commandLine.directory, 'nothing')), ['state'])
  })
})
