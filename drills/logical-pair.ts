import { topology as activePassive } from '../stacks/examples/active-passive.ts'
import { defineTopology } from '../topology/index.ts'

const { 'us-east-1': primary, 'us-west-2': standby } = activePassive.regions

/** The active-passive example with databases that replicate logically, for what only those can do. */
export const topology = defineTopology({
  ...activePassive,
  regions: { 'us-east-1': primary!, 'us-west-2': { ...standby!, database: { from: null } } },
  database: { ...activePassive.database, version: 17, replication: 'logical' },
})
