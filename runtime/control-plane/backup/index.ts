export { backUp } from './back-up.ts'
export type { BackupHeader } from './backup-file.ts'
export { type RestoreOptions, restore } from './restore.ts'
