import { spawnSync } from 'node:child_process'

/** Why tests of the real Terraform cannot run here, or false. */
export const skip: false | string =
  spawnSync(process.env.ANTIPODE_TERRAFORM ?? 'terraform', ['version']).status === 0
    ? false
    : 'needs terraform on the PATH'
