import { TerraformStack } from 'cdktf'
import { Construct } from 'constructs'

export interface EphemeralResourceProps {
  /** Such as `aws_secretsmanager_secret_version`. */
  readonly type: string
  /** Named as in Terraform. */
  readonly arguments: Readonly<Record<string, unknown>>
}

/** An `ephemeral` block of Terraform and OpenTofu ≥ 1.11, which CDKTF 0.21 has no class for: its values reach no state. */
export class EphemeralResource extends Construct {
  readonly #address: string

  constructor(scope: Construct, id: string, { type, arguments: values }: EphemeralResourceProps) {
    super(scope, id)
    const stack = TerraformStack.of(this)
    const name = stack.getLogicalId(this.node)
    this.#address = `ephemeral.${type}.${name}`
    stack.addOverride(`ephemeral.${type}.${name}`, values)
  }

  /** An expression for one of its attributes; only write-only arguments accept it. */
  attribute(name: string): string {
    return `\${${this.#address}.${name}}`
  }
}
