import { sameValue, type ValueObject } from '../wire/value.ts'

/** What became of resources at AWS behind Terraform's back, seen when it refreshes. */
export interface Cloud {
  /**
   * @param where what the resource is known by, such as `{ identifier: 'payments-us-east-1-g1' }`
   * @param becomes arguments and their values now; null: it is gone
   */
  change(type: string, where: ValueObject, becomes: ValueObject | null): void
  /** The resource as AWS would show it. */
  read(type: string, state: ValueObject): ValueObject | null
  /** Terraform has written the resource: that is newer than what was changed before. */
  written(type: string, state: ValueObject): void
}

interface Change {
  readonly type: string
  readonly where: ValueObject
  readonly becomes: ValueObject | null
}

/** A cloud in which nothing has happened yet but what Terraform did. */
export function quietCloud(): Cloud {
  let changes: readonly Change[] = []
  const concerns = (type: string, state: ValueObject) => (change: Change) => {
    return change.type === type && Object.entries(change.where).every(([name, value]) => sameValue(state[name], value))
  }
  return {
    change: (type, where, becomes) => {
      changes = [...changes, { type, where, becomes }]
    },
    read: (type, state) => {
      const became = changes.filter(concerns(type, state)).map(({ becomes }) => becomes)
      return became.includes(null) ? null : Object.assign({}, state, ...became)
    },
    written: (type, state) => {
      const concerned = concerns(type, state)
      changes = changes.filter((change) => !concerned(change))
    },
  }
}
