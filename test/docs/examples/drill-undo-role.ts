import { DrillUndoRole } from 'antipode/constructs'
import type { TerraformStack } from 'cdktf'

export function example(stack: TerraformStack): void {
  new DrillUndoRole(stack, 'drill-undo-role', {
    name: 'shop',
    networkAcls: { 'eu-west-1': 'acl-0a1b2c3d4e5f60718' },
  })
}
