import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ChildProcesses } from '../../../../toolkit/local/processes/child-processes.ts'
import { findProcess, readProcessTable } from '../../../../toolkit/local/processes/process-table.ts'
import { Reaper } from '../../../../toolkit/local/processes/reaper.ts'

/** A supervisor with two children for the test of the reaper; says on a file what it has started. */
const [, , scratch] = process.argv as [string, string, string]
const reaper = new Reaper()
reaper.removeAtEnd(scratch)
const processes = new ChildProcesses(reaper)
const run = (script: string) =>
  processes.spawn({
    command: '/bin/sh',
    args: ['-c', script],
    env: { PATH: process.env.PATH },
    log: join(scratch, 'log'),
  })
const parent = run(`sleep 600 & echo $! > ${scratch}/grandchild; wait`)
const stubborn = run('trap "" TERM INT QUIT; while :; do sleep 1; done')

const reaperPid = (): number | undefined =>
  [...readProcessTable().values()].find(
    ({ pid, parent }) => parent === process.pid && commandOf(pid).includes('reaper-main'),
  )?.pid
const commandOf = (pid: number): string => execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' })

while (!existsSync(join(scratch, 'grandchild')) || !readFileSync(join(scratch, 'grandchild'), 'utf8').trim()) {
  await sleep(20)
}
const first = reaperPid()
const report = {
  children: [parent.pid, stubborn.pid],
  grandchild: Number(readFileSync(join(scratch, 'grandchild'), 'utf8')),
  reaper: first,
}
writeFileSync(`${scratch}.part`, JSON.stringify(report))
renameSync(`${scratch}.part`, `${scratch}.json`)
while (first !== undefined && findProcess(first)) await sleep(20)
while (reaperPid() === undefined) await sleep(20)
writeFileSync(join(scratch, 'replaced'), '')
setInterval(() => undefined, 1000)
