import { TerraformProvider } from 'cdktf'
import type { Construct } from 'constructs'
import { argumentsOf } from './gateway-resource.ts'
import type { AntipodeProviderConfig } from './provider-config.ts'

const SOURCE = 'antipode/antipode'

/**
 * The provider of the resources here: for one configuration, which is one region's in active-active, and the whole
 * topology's where one region writes.
 */
export class AntipodeProvider extends TerraformProvider {
  static readonly tfResourceType = 'antipode'
  readonly #fields: Readonly<Record<string, unknown>>
  readonly #alias: string | undefined

  constructor(scope: Construct, id: string, { alias, ...config }: AntipodeProviderConfig = {}) {
    super(scope, id, {
      terraformResourceType: 'antipode',
      terraformProviderSource: SOURCE,
      terraformGeneratorMetadata: { providerName: 'antipode' },
    })
    this.#fields = argumentsOf(config)
    this.#alias = alias
  }

  override get alias(): string | undefined {
    return this.#alias
  }

  protected override synthesizeAttributes(): { [name: string]: unknown } {
    return this.#fields
  }
}
