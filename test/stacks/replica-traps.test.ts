import assert from 'node:assert/strict'
import { test } from 'node:test'
import { goldenTopologies } from './golden-topologies.ts'
import { type Block, resources, synthesise } from './synthesise.ts'

// What AWS refuses, or does without a word, to databases that follow others, held over every golden topology.

const stacks = [...goldenTopologies()].flatMap(([name, topology]) =>
  [...synthesise(topology)].map(([id, stack]) => ({ where: `${name} ${id}`, topology, stack })),
)

function every(type: string, see: (block: Block, where: string) => void): void {
  let count = 0
  for (const { where, stack } of stacks) {
    for (const [name, block] of Object.entries(resources(stack, type))) {
      count += 1
      see(block, `${where} ${type}.${name}`)
    }
  }
  assert.ok(count > 0, `no ${type} anywhere`)
}

function everyReplica(see: (block: Block, where: string) => void): void {
  every('aws_db_instance', (block, where) => {
    if (block.replicate_source_db) see(block, where)
  })
}

/** A value that this stack makes itself, or that its region's foundation does. */
function ofOwnRegion(where: string): RegExp {
  const region = /([a-z]{2}-[a-z]+-\d)-data /.exec(where)?.[1] ?? assert.fail(where)
  return new RegExp(
    `^\\$\\{(aws_|data\\.terraform_remote_state\\.[\\w-]*-${region}-foundation\\.)|^arn:aws:kms:${region}:`,
  )
}

test('a replica names its source by ARN in another region, and AWS learns that region from the key that it brings', () => {
  everyReplica((block, where) => {
    const own = /([a-z]{2}-[a-z]+-\d)-data /.exec(where)?.[1]
    const source = /^arn:.*:rds:([\w-]+):.*:db:/.exec(`${block.replicate_source_db}`)?.[1]
    assert.ok(source && source !== own, where)
    assert.match(`${block.kms_key_id}`, ofOwnRegion(where))
  })
})

test('a replica has the parameter group and the subnet group of its own region, of the version that it copies', () => {
  everyReplica((block, where) => {
    assert.match(`${block.parameter_group_name}`, /^\$\{aws_db_parameter_group\./, where)
    assert.match(`${block.db_subnet_group_name}`, /^\$\{aws_db_subnet_group\./, where)
  })
  for (const { where, topology, stack } of stacks) {
    for (const { family } of Object.values(resources(stack, 'aws_db_parameter_group'))) {
      assert.equal(family, `postgres${topology.database.version}`, where)
    }
  }
})

test('a replica that can be promoted keeps backups of its own', () => {
  everyReplica((block, where) => assert.ok(Number(block.backup_retention_period) > 0, where))
})

test('a replica takes no user, no password in any form, and no snapshot or bucket to begin with', () => {
  const refused = ['username', 'password', 'password_wo', 'db_name', 'restore_to_point_in_time', 's3_import']
  everyReplica((block, where) => {
    for (const key of [...refused, 'snapshot_identifier', 'manage_master_user_password']) {
      assert.equal(block[key], undefined, `${where}.${key}`)
    }
  })
})

test('RDS manages no password: with one that it does, no replica could be made', () => {
  every('aws_db_instance', (block, where) => assert.equal(block.manage_master_user_password, undefined, where))
  every('aws_rds_cluster', (block, where) => assert.equal(block.manage_master_user_password, undefined, where))
})

test('a database leaves a last snapshot whose name nobody has to make up when it goes', () => {
  for (const type of ['aws_db_instance', 'aws_rds_cluster']) {
    every(type, (block, where) => {
      const name = block.identifier ?? block.cluster_identifier
      assert.deepEqual([block.skip_final_snapshot, block.final_snapshot_identifier], [false, `${name}-final`], where)
    })
  }
})

test('logical replication waits for a reboot, which RDS does not do by itself, and only where it is asked for', () => {
  let asked = 0
  for (const { where, topology, stack } of stacks) {
    for (const { parameter } of Object.values(resources(stack, 'aws_db_parameter_group'))) {
      const logical = (parameter as Block[]).find(({ name }) => name === 'rds.logical_replication')
      assert.equal(logical !== undefined, topology.database.replication === 'logical', where)
      if (!logical) continue
      asked += 1
      assert.equal(logical.apply_method, 'pending-reboot', where)
    }
  }
  assert.ok(asked > 0)
})

test('a role is no argument: what a database was created as follows from its identity and its generation alone', () => {
  every('aws_db_instance', ({ identifier }, where) => assert.match(`${identifier}`, /-g\d+$/, where))
  every('aws_rds_cluster', ({ cluster_identifier: identifier }, where) =>
    assert.match(`${identifier}`, /-g\d+$/, where),
  )
})
