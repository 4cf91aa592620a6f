import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { ANTIPODE, CommandLine } from './cli-process.ts'

describe('the command line', () => {
  let commandLine: CommandLine
  before(() => {
    commandLine = new CommandLine()
  })
  after(() => commandLine.close())

  const commandsIn = (help: string): string[] =>
    (/^Commands:\n([\s\S]*?)\n\n/m.exec(help)?.[1] ?? '')
      .split('\n')
      .flatMap((line) => /^ {2}([a-z-]+)/.exec(line)?.[1] ?? [])
      .filter((name) => name !== 'help')

  it('explains every command, with an example', async () => {
    const help = await commandLine.run('--help')
    const commands = commandsIn(help.stdout)
    assert.ok(commands.includes('up') && commands.includes('data-plane'), commands.join())
    const pages = await Promise.all(commands.map((command) => commandLine.run(command, '--help')))
    for (const [i, { code, stdout }] of pages.entries()) {
      assert.equal(code, 0, commands[i])
      assert.match(stdout, new RegExp(`Example:\\n {2}.*antipode ${commands[i]}`), commands[i])
      assert.match(stdout, /--json/)
    }
  })

  it('gives every flag a variable', async () => {
    const help = await commandLine.run('up', '--help')
    for (const name of ['DATA_DIR', 'ADMIN_KEY', 'CONFIG', 'INSTANCES', 'SUPERVISE', 'GSLB_PORT', 'DETACH', 'JSON']) {
      assert.match(help.stdout.replaceAll(/\n\s+/g, ' '), new RegExp(`env: ANTIPODE_${name}\\)`))
    }
  })

  for (const [what, args, message] of [
    ['an unknown flag', ['up', '--nonsense'], /unknown option '--nonsense'/],
    ['an unknown command', ['upp'], /unknown command 'upp'[\s\S]*Did you mean/],
    ['a missing flag', ['restart', '--region', 'east'], /--process/],
    [
      'a part that there is not',
      ['restart', '--region', 'east', '--process', 'kernel'],
      /Allowed choices are control-plane/,
    ],
    [
      'a port out of range',
      ['up', '--gslb-port', '70000'],
      /--gslb-port is a whole number from 0 to 65535, not '70000'/,
    ],
    ['a topology that is not there', ['up', 'nowhere.yaml'], /nowhere\.yaml/],
    ['a config that is not there', ['up', '--config', 'nowhere.yaml'], /nowhere\.yaml/],
    ['a config of a process that is not there', ['control-plane', '--config', 'nowhere.yaml'], /nowhere\.yaml/],
  ] as const) {
    it(`ends with 2 and says why: ${what}`, async () => {
      const { code, stderr, stdout } = await commandLine.run(...args)
      assert.equal(code, 2, stderr)
      assert.match(stderr, message)
      assert.equal(stdout, '')
    })
  }

  it('finds every mistake of a config before it starts anything', async () => {
    const file = join(commandLine.directory, 'wrong.yaml')
    writeFileSync(file, 'apisix:\n  node_lisen: 9080\n  status:\n    port: many\n')
    const { code, stderr } = await commandLine.run('up', '--config', file)
    assert.equal(code, 2)
    assert.match(stderr, /apisix\.node_lisen is unknown; the nearest known key is apisix\.node_listen/)
    assert.deepEqual(commandLine.leftovers(), [])
    writeFileSync(file, 'apisix: [\n')
    assert.equal((await commandLine.run('up', '--config', file)).code, 2)
  })

  it('refuses the config of the other kind of process', async () => {
    const file = join(commandLine.directory, 'data-plane.yaml')
    const certs = { cert: 'a', cert_key: 'b', trusted_ca_cert: 'c' }
    const host = ['https://127.0.0.1:7943']
    const deployment = { role: 'data_plane', certs, role_data_plane: { control_plane: { host } } }
    writeFileSync(file, JSON.stringify({ deployment }))
    const { code, stderr } = await commandLine.run('control-plane', '--config', file)
    assert.deepEqual([code, /deployment\.role is data_plane, not control_plane/.test(stderr)], [2, true])
  })

  it('reports an error as JSON when asked to', async () => {
    const { stdout } = await commandLine.run('status', '--json')
    assert.equal(JSON.parse(stdout).error.code, 'NOT_RUNNING')
  })

  it('reports wrong use as JSON when asked to, also where the command is not known', async () => {
    for (const args of [['--json', 'upp'], ['switchover', '--json'], ['up', '--nonsense', '--json'], ['--json']]) {
      const { code, stdout } = await commandLine.run(...args)
      assert.deepEqual([code, JSON.parse(stdout).error.code], [2, 'USAGE'], args.join(' '))
    }
  })

  it('takes the variable of a switch at its word, and an empty one for none', async () => {
    const context = { ...process.env, ANTIPODE_JSON: 'false', ANTIPODE_DATA_DIR: '' }
    const { stdout, stderr } = spawnSync(process.execPath, [ANTIPODE, 'status'], {
      ...{ cwd: commandLine.directory, env: context, encoding: 'utf8' },
    })
    assert.equal(stdout, '')
    assert.ok(stderr.includes(commandLine.directory), stderr)
  })

  it('refuses a config whose sections have nothing inside', async () => {
    const file = join(commandLine.directory, 'flat.yaml')
    for (const text of ['[1, 2]', 'apisix', 'deployment: 3', 'deployment: { admin: [] }']) {
      writeFileSync(file, text)
      const { code, stderr } = await commandLine.run('up', '--config', file)
      assert.deepEqual([code, /must be a mapping, not/.test(stderr)], [2, true], `${text}: ${stderr}`)
    }
  })

  it('says its version', async () => {
    const { stdout } = await commandLine.run('version', '--json')
    assert.match(JSON.parse(stdout).antipode, /^\d+\.\d+\.\d+/)
    assert.equal((await commandLine.run('--version')).stdout.trim(), JSON.parse(stdout).antipode)
  })

  it('examines the machine', async () => {
    const { code, stdout } = await commandLine.run('doctor', '--json')
    const { ok, findings } = JSON.parse(stdout)
    assert.equal(typeof ok, 'boolean')
    const fatal = findings.filter((finding: { fatal: boolean }) => finding.fatal)
    assert.deepEqual([code, fatal.every((finding: { ok: boolean }) => finding.ok)], [0, true])
  })

  it('completes commands and flags in bash', async () => {
    const { stdout } = await commandLine.run('completion', 'bash')
    const complete = (...words: string[]): string => {
      const script = `${stdout}\nCOMP_WORDS=(antipode ${words.join(' ')}); COMP_CWORD=${words.length}; _antipode; echo "\${COMPREPLY[@]}"`
      return execFileSync('bash', ['-c', script], { encoding: 'utf8' }).trim()
    }
    assert.equal(complete('comp'), 'completion')
    assert.equal(complete('up', '--det'), '--detach')
  })

  for (const shell of ['zsh', 'fish']) {
    it(`prints a completion script for ${shell}`, async () => {
      const { code, stdout } = await commandLine.run('completion', shell)
      assert.deepEqual([code, stdout.includes('control-plane')], [0, true])
    })
  }
})
