import type { Problem } from '../framework/problem.ts'

/** Something else is where a resource is to be created. */
export function alreadyThere(noun: string, id: string): Problem {
  const detail = `The control plane has it already. Import it (terraform import, or an import block), or give this one another id.`
  return { severity: 'error', summary: `The ${noun} ${id} exists already`, detail, path: ['id'] }
}

export function plannedTwice(noun: string, id: string): Problem {
  const detail = `Two resources of this configuration have the id ${id}. Give one of them another name, or an id of its own.`
  return { severity: 'error', summary: `The ${noun} ${id} is planned twice`, detail, path: ['id'] }
}

export function gone(noun: string, id: string): Omit<Problem, 'severity'> {
  const detail = 'It was deleted outside of Terraform, and will be created again.'
  return { summary: `The ${noun} ${id} is gone`, detail }
}
