/** The steps of a write, as they are done: it is in the database, its standby has confirmed it, everybody is told. */
export type WriteStep = 'committed' | 'confirmed' | 'published'

/** Is told of the steps of one write, at the moment that each is done. */
export type WriteTrace = (step: WriteStep) => void
