import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, it } from 'node:test'
import { AntipodeError } from '../../../../runtime/model/errors.ts'
import { bindingFails, checkPorts, freePort } from '../../../../toolkit/local/processes/port-holder.ts'

describe('a port that is in use', () => {
  it('is named with what it is for and the process that holds it', async () => {
    const script = `require('net').createServer().listen(0, '127.0.0.1', function () { console.log(this.address().port) })`
    const holder = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'] })
    const [line] = await once(holder.stdout, 'data')
    const port = Number(line)
    try {
      await assert.rejects(checkPorts([{ address: '127.0.0.1', port, what: 'gateway of east' }]), (error) => {
        assert.ok(error instanceof AntipodeError)
        assert.deepEqual([error.code, error.exit], ['PORT_IN_USE', 2])
        assert.match(
          error.message,
          new RegExp(`^127\\.0\\.0\\.1:${port} \\(gateway of east\\) is held by process ${holder.pid} `),
        )
        assert.match(error.message, /createServer/)
        return true
      })
    } finally {
      holder.kill()
    }
  })

  it('is not one that nothing listens on', async () => {
    const port = await freePort('127.0.0.1')
    await checkPorts([{ address: '127.0.0.1', port, what: 'gateway' }])
  })

  it('differs from an address that the machine does not have', async () => {
    assert.equal(await bindingFails('192.0.2.1', 0), 'EADDRNOTAVAIL')
    await assert.rejects(checkPorts([{ address: '192.0.2.1', port: 1, what: 'gateway' }]), /EADDRNOTAVAIL/)
  })
})
