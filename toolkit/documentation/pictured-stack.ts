import type { StackDocument } from '../synthesise.ts'

/** A resource as a stack declares it. */
export type Declared = Readonly<Record<string, unknown>>

/** A synthesised stack, as pictures ask it. */
export class PicturedStack {
  readonly name: string
  /** The region of its provider. */
  readonly region: string
  readonly #document: StackDocument

  constructor(name: string, document: StackDocument) {
    this.name = name
    this.region = document.provider?.aws?.[0]?.region ?? ''
    this.#document = document
  }

  /** Resources of a type. */
  of(type: string): readonly Declared[] {
    return Object.values(this.#document.resource?.[type] ?? {}) as Declared[]
  }

  /** The configuration that its containers are started with. */
  get configurations(): readonly Configuration[] {
    return this.of('aws_ecs_task_definition').flatMap(({ container_definitions }) => {
      const containers = JSON.parse(`${container_definitions}`) as readonly Container[]
      return containers.flatMap(({ environment = [] }) => {
        const text = environment.find(({ name }) => name === 'ANTIPODE_CONFIG')?.value
        return text === undefined ? [] : [JSON.parse(text) as Configuration]
      })
    })
  }

  /** Whether a value of some stack refers to this one, through its state. */
  isIn(value: unknown): boolean {
    return JSON.stringify(value).includes(`--${this.name}.outputs`)
  }
}

/** As much of a process's configuration as a picture shows. */
export interface Configuration {
  readonly deployment?: {
    readonly role?: string
    readonly role_data_plane?: { readonly control_plane?: { readonly host?: readonly string[] } }
  }
  readonly antipode?: {
    readonly commit?: string
    readonly gateway_group?: string
    readonly peer?: { readonly region?: string; readonly host?: string }
  }
}

interface Container {
  readonly environment?: readonly { readonly name: string; readonly value: string }[]
}
