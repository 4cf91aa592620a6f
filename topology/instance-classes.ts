import type { Database } from './topology.ts'

const UP_TO_16 = ['large', 'xlarge', '2xlarge', '4xlarge', '8xlarge', '12xlarge', '16xlarge']
const UP_TO_24 = [...UP_TO_16, '24xlarge']
const UP_TO_32 = [...UP_TO_24, '32xlarge']
const UP_TO_48 = [...UP_TO_24, '48xlarge']
const BURSTABLE = ['micro', 'small', 'medium', 'large', 'xlarge', '2xlarge']

/**
 * What RDS for PostgreSQL 17 and 18 and Aurora PostgreSQL 17 offer, by family. Source: "Supported DB engines for DB
 * instance classes" of the Amazon RDS and the Amazon Aurora User Guide. Which region has which is for AWS to say. An
 * Aurora Global Database takes classes of memory alone ("Configuration requirements of an Amazon Aurora global
 * database").
 */
const FAMILIES: Readonly<Record<Database['kind'], Readonly<Record<string, readonly string[]>>>> = {
  instance: {
    ...{ m8g: UP_TO_48, m7g: UP_TO_16, m7i: UP_TO_48, m6g: UP_TO_16, m6gd: UP_TO_16, m6i: UP_TO_32, m5: UP_TO_24 },
    ...{ r8g: UP_TO_48, r7g: UP_TO_16, r7i: UP_TO_48, r6g: UP_TO_16, r6gd: UP_TO_16, r6i: UP_TO_32, r5: UP_TO_24 },
    ...{ x2g: UP_TO_16, t4g: BURSTABLE, t3: BURSTABLE },
  },
  'aurora-global': {
    ...{ r8g: UP_TO_48, r7g: UP_TO_16, r7i: UP_TO_48, r6g: UP_TO_16, r6i: UP_TO_32, r5: UP_TO_24, x2g: UP_TO_16 },
  },
}

/** What a database is made of unless it is told: two cores, which a control plane's rows do not fill. */
export const DEFAULT_INSTANCE_CLASS: Readonly<Record<Database['kind'], string>> = {
  instance: 'db.m7g.large',
  'aurora-global': 'db.r7g.large',
}

/** Every class that AWS offers for a kind of database, such as `db.m7g.large`. */
export function instanceClasses(kind: Database['kind']): string[] {
  return Object.entries(FAMILIES[kind]).flatMap(([family, sizes]) => sizes.map((size) => `db.${family}.${size}`))
}
