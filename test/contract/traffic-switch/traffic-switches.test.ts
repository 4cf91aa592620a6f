import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AcceleratorSwitch } from '../../../toolkit/failover/switches/accelerator-switch.ts'
import { CloudflareSwitch } from '../../../toolkit/failover/switches/cloudflare-switch.ts'
import { InvertedCheckSwitch } from '../../../toolkit/failover/switches/inverted-check-switch.ts'
import { RoutingControlSwitch } from '../../../toolkit/failover/switches/routing-control-switch.ts'
import { motoMissing } from '../../toolkit/moto-server.ts'
import { acceleratorPlayer } from './accelerator-player.ts'
import { cloudflarePlayer } from './cloudflare-player.ts'
import { invertedCheckPlayer } from './inverted-check-player.ts'
import { RULE, routingControlPlayer } from './routing-control-player.ts'
import { describeTrafficSwitch } from './suite.ts'

describeTrafficSwitch({
  name: 'routing-control',
  play: routingControlPlayer,
  make: ({ ids, endpoints }, expected) => new RoutingControlSwitch({ controls: ids, endpoints, expected }),
  more: ({ player, made, run }) => {
    test('says which safety rule stands in the way, and overrides it only when asked to', async () => {
      const { ids: controls, endpoints } = player()
      await assert.rejects(run([made().answerFrom(['us-east-1'])]), {
        code: 'ANTIPODE_REFUSED',
        message:
          /a safety rule forbids it: .*one-stays-on keeps us-west-2 on; --override-safety-rule <arn> overrides it/,
      })
      assert.deepEqual(player().orders, [])
      const bold = new RoutingControlSwitch({ controls, endpoints, expected: '', overrideSafetyRules: [RULE] })
      await run([bold.answerFrom(['us-east-1'])])
      assert.deepEqual(player().orders, ['us-west-2 off'])
      bold.close()
    })

    test('tells what every endpoint said when none answers', async () => {
      const { endpoints } = player()
      await assert.rejects(made({ endpoints: endpoints.slice(2) }).states(), (error: Error) => {
        for (const { region } of endpoints.slice(2)) assert.match(error.message, new RegExp(`${region}: `))
        return true
      })
    })
  },
})

describeTrafficSwitch({
  name: 'inverted-check',
  skip: motoMissing,
  play: invertedCheckPlayer,
  make: ({ ids }, expected) => new InvertedCheckSwitch({ checks: ids, expected }),
  more: ({ player, made, run }) => {
    test('reckons with a file that takes a region out, and does not turn on what the file keeps off', async () => {
      player().put('us-east-1', true)
      try {
        const [east] = await made().states()
        assert.deepEqual(east?.on, false)
        assert.equal(east?.because, 'https://switch.example/off/us-east-1 is there, and that is inverted')
        await assert.rejects(
          run([made().answerFrom(['us-east-1', 'us-west-2'])]),
          /what takes us-east-1 out must be removed first: https:\/\/switch\.example\/off\/us-east-1 is there/,
        )
        assert.deepEqual(player().orders, [])
      } finally {
        player().put('us-east-1', false)
      }
    })
  },
})

describeTrafficSwitch({
  name: 'accelerator',
  play: acceleratorPlayer,
  make: ({ ids }, expected) => new AcceleratorSwitch({ groups: ids, expected }),
})

describeTrafficSwitch({
  name: 'cloudflare',
  play: cloudflarePlayer,
  make: ({ ids }, expected) => new CloudflareSwitch({ account: 'account', pools: ids, expected }),
  more: ({ player, made }) => {
    test('says what Cloudflare says, and asks for a token where there is none', async () => {
      const { ids: pools } = player()
      const wrong = new CloudflareSwitch({ account: 'account', pools, token: 'another', expected: '' })
      await assert.rejects(wrong.states(), /Cloudflare's pool 0+: Authentication error \(10000\)/)
      delete process.env.CLOUDFLARE_API_TOKEN
      try {
        await assert.rejects(made().states(), /set CLOUDFLARE_API_TOKEN to a token that may write pools/)
      } finally {
        process.env.CLOUDFLARE_API_TOKEN = 'a-token'
      }
    })
  },
})
