import { workerData } from 'node:worker_threads'
import { type BaseBackup, takeBaseBackup } from './base-backup.ts'

/** A thread of its own for a base backup; it ends when the copy is complete, or with its error. */
const { source, directory, owner } = workerData as BaseBackup
await takeBaseBackup(source, directory, owner)
