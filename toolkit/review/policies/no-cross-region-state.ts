import { GLOBAL } from '../snapshot.ts'
import type { Policy } from './policy.ts'

export const policy: Policy = {
  id: 'no-cross-region-state',
  severity: 'refuse',
  reason: 'A region whose plan reads the state of another cannot be changed while that one is gone.',
  fix: 'Use names that are known beforehand; only links and the GSLB may read several regions.',
  check: ({ stacks }) =>
    stacks.flatMap((stack) => {
      if (stack.region === GLOBAL) return []
      const readers = Object.keys(stack.document.data?.terraform_remote_state ?? {})
      return readers.flatMap((reader) => {
        const read = stacks.find(({ name }) => reader.endsWith(`--${name}`))
        if (!read || read.region === stack.region || read.region === GLOBAL) return []
        const message = `it reads the state of ${read.name} in ${read.region}`
        return [{ message, region: stack.region, stack: stack.name, address: `data.terraform_remote_state.${reader}` }]
      })
    }),
  fails: {
    resources: { 'us-east-1': {}, 'us-west-2': {} },
    stack: { data: { terraform_remote_state: { 'input-payments--payments-us-east-1-data': {} } } },
  },
  passes: {
    resources: { 'us-east-1': {}, 'us-west-2': {} },
    stack: { data: { aws_region: { here: {} } } },
  },
}
