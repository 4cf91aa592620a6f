export { Keyring } from './keyring.ts'
export { type KeyringStatus, readStatus, rotate } from './operate.ts'
