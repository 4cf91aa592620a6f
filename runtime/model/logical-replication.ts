/** The publication and the subscription, called so in every database of a logically replicated pair. */
export const LOGICAL_REPLICATION = 'antipode'

/**
 * A function of every such database that ends its subscription, whether its publisher can be reached or not, and stops
 * whatever applies changes. Its caller need not own the subscription; whoever set up the database made it.
 */
export const END_SUBSCRIPTION = 'public.antipode_end_subscription'

/** The control plane's schema, and the one table of it that is about its own database and so is not replicated. */
export const REPLICATED_SCHEMA = 'antipode'
export const OWN_TABLE = 'migration'
