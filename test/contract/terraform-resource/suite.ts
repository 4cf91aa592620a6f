import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { watchedProvider } from '../../../provider/framework/conformance/watched-provider.ts'
import type { Attributes } from '../../../provider/framework/schema.ts'
import { antipodeProvider } from '../../../provider/provider.ts'
import { startControlPlane } from '../../provider/control-plane.ts'
import { skip, TerraformWorkspace } from '../../provider/terraform-workspace.ts'

type Arguments = Readonly<Record<string, unknown>>

/** What a resource is put through. */
export interface ResourceCase {
  readonly type: string
  /** Resources that it needs, by type and name. */
  readonly needs?: Readonly<Record<string, Readonly<Record<string, Arguments>>>>
  /** What must be written, and no more. */
  readonly least: Arguments
  /** Beside `least`, or instead of it: every other argument, `without` aside. */
  readonly most: Arguments
  /** Other values for what `most` says; nothing of it may need another resource. */
  readonly other: Arguments
  /** Arguments that exclude one of `most`, or that a case of their own covers. */
  readonly without?: readonly string[]
  /** Where the Admin API has it. */
  readonly path: (id: string) => string
  /** A change behind Terraform's back, as the Admin API's body. */
  readonly drift: (stored: Arguments) => Arguments
  /** Texts that may be in no state and no plan. */
  readonly secrets?: readonly string[]
  /** What tells it apart when it is imported. @default its id */
  readonly importId?: (id: string) => string
  /** Arguments that an import cannot find out, since nobody tells them. */
  readonly unimported?: readonly string[]
}

/** The life of a resource through the real Terraform, against a real control plane. */
export function testResource(one: ResourceCase): void {
  describe(one.type, { skip }, () => {
    const address = `${one.type}.it`
    let controlPlane: Awaited<ReturnType<typeof startControlPlane>>
    let terraform: TerraformWorkspace

    before(async () => {
      controlPlane = await startControlPlane()
      terraform = await TerraformWorkspace.over(watchedProvider(antipodeProvider))
    })
    after(async () => {
      await terraform?.close()
      await controlPlane?.close()
    })

    const write = (its: Arguments) => {
      const { endpoint: url, token } = controlPlane
      const document = {
        terraform: { required_providers: { antipode: { source: 'antipode/antipode' } } },
        provider: { antipode: { endpoints: [url], token } },
        resource: { ...one.needs, [one.type]: { ...one.needs?.[one.type], it: its } },
      }
      terraform.write(JSON.stringify(document, null, 1), 'main.tf.json')
    }
    const stored = async () => controlPlane.stored(one.path((await terraform.attributes(address)).id))
    const assertNothingToDo = async (when: string) => {
      const { code, stdout, stderr } = await terraform.run('plan', '-no-color', '-detailed-exitcode')
      assert.equal(code, 0, `${when} a second plan finds something:\n${stdout}${stderr}`)
    }
    const assertNoSecret = async (when: string) => {
      const state = terraform.stateText()
      for (const secret of one.secrets ?? []) assert.ok(!state.includes(secret), `a secret is in the state ${when}`)
    }

    test('is created with what it needs, and nothing more is sent', async () => {
      write(one.least)
      await terraform.apply()
      await assertNothingToDo('after it was created')
    })

    test('takes every argument, in place', async () => {
      const { attributes } = antipodeProvider.resources[one.type]!.schema
      assert.deepEqual(unwritten(attributes, one), [], 'arguments that no case sets')
      const id = (await terraform.attributes(address)).id
      for (const its of [
        { ...one.least, ...one.most },
        { ...one.least, ...one.most, ...one.other },
      ]) {
        write(its)
        const { stdout } = await terraform.apply()
        assert.match(stdout, /0 destroyed/)
        await assertNothingToDo('after it was changed')
        await assertNoSecret('after it was changed')
      }
      assert.equal((await terraform.attributes(address)).id, id)
    })

    test('is imported as it is', async () => {
      const { id } = await terraform.attributes(address)
      const its = { ...one.least, ...one.most, ...one.other }
      write(Object.fromEntries(Object.entries(its).filter(([name]) => !one.unimported?.includes(name))))
      await terraform.succeed('state', 'rm', address)
      await terraform.succeed('import', '-no-color', address, one.importId?.(id) ?? id)
      await assertNothingToDo('after it was imported')
    })

    test('shows what was changed outside, and puts it right', async () => {
      const { id } = await terraform.attributes(address)
      const before = await stored()
      const { create_time: _, update_time: __, ...fields } = before
      const changed = await controlPlane.call('PUT', one.path(id), one.drift(fields))
      assert.ok(changed.status < 300, JSON.stringify(changed.body))
      assert.equal((await terraform.run('plan', '-detailed-exitcode')).code, 2, 'the change is not seen')
      await terraform.apply()
      const { update_time: ___, ...after } = await stored()
      assert.deepEqual(after, { ...fields, ...('create_time' in before && { create_time: before.create_time }) })
    })

    test('loses what is no longer written', async () => {
      write(one.least)
      await terraform.apply()
      await assertNothingToDo('after arguments were taken away')
    })

    test('is created again where it was deleted outside', async () => {
      const { id } = await terraform.attributes(address)
      await controlPlane.call('DELETE', one.path(id))
      const { stdout } = await terraform.apply()
      assert.match(stdout, /is gone/)
      assert.equal((await terraform.attributes(address)).id, id)
      assert.ok(await stored())
    })

    test('goes when it is destroyed', async () => {
      const { id } = await terraform.attributes(address)
      await terraform.succeed('destroy', '-auto-approve')
      assert.equal((await controlPlane.call('GET', one.path(id))).status, 404)
    })
  })
}

/** test/provider/gateway-group.test.ts has it: there is nothing of a resource's own about it. */
const OF_ALL = ['id', 'gateway_group']

/** Arguments of a resource that a case leaves out, so that a new one is not forgotten. */
function unwritten(attributes: Attributes, { least, most, without = [] }: ResourceCase): string[] {
  return Object.entries(attributes)
    .filter(([name, { presence }]) => !OF_ALL.includes(name) && presence !== 'computed' && presence !== 'volatile')
    .map(([name]) => name)
    .filter((name) => !(name in least) && !(name in most) && !without.includes(name))
}
