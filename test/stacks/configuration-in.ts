import { loadRuntimeConfig } from '../../runtime/model/load-runtime-config.ts'
import { resources, type SynthesisedStack } from './synthesise.ts'

interface Container {
  readonly environment: readonly { readonly name: string; readonly value: string }[]
  readonly secrets: readonly { readonly name: string; readonly valueFrom: string }[]
}

/** What a task of a stack reads, once Terraform has filled in addresses and ECS the secrets. */
export function configurationIn(stack: SynthesisedStack | undefined): ReturnType<typeof loadRuntimeConfig> {
  const [task] = Object.values(resources(stack, 'aws_ecs_task_definition'))
  const [container] = JSON.parse(filledIn(`${task?.container_definitions}`)) as [Container]
  const env = Object.fromEntries(container.secrets.map(({ name }) => [name, `secret-${name.toLowerCase()}`]))
  return loadRuntimeConfig(container.environment[0]?.value ?? '', 'config.yaml', env)
}

/** What Terraform makes of a text: every expression gets the same made-up value, and what is escaped stays. */
export function filledIn(text: string): string {
  return text.replaceAll(/(?<!\$)\$\{(?!\{)[^}]+\}/g, 'filled-in.example').replaceAll('$${', '${')
}
