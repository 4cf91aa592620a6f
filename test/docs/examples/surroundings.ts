import { Surroundings } from 'antipode/constructs'
import { TerraformOutput, type TerraformStack } from 'cdktf'

export function example(stack: TerraformStack): void {
  const surroundings = Surroundings.of(stack)
  new TerraformOutput(stack, 'topic', { value: surroundings.arn('sns', 'alarms', 'us-west-2') })
}
