/**
 * What a drill publishes in regions that write for themselves, so that an operator has something to change and to
 * reconcile: a route that answers with the edition of the configuration, one that is never touched, and the independent
 * client's numbered routes. Everything carries labels, so that `antipode sync --label-selector` leaves all else alone.
 */

/** The route whose answer is the edition that a gateway serves. */
export const EDITION_PATH = '/antipode-drill/edition'

/** On all of it. */
export const DRILL_LABELS = { 'antipode-drill': 'yes' } as const
/** On what is not the independent client's. */
export const EDITION_LABELS = { ...DRILL_LABELS, 'antipode-drill-part': 'editions' } as const

const EDITIONS = 'antipode-drill-editions'
/** The service of the numbered routes. */
export const WRITES = 'antipode-drill-writes'
const EDITION = 'antipode-drill-edition'
const KEPT = 'antipode-drill-kept'
const STRAY = 'antipode-drill-stray'

const ROUTES = '/apisix/admin/routes/'
const SERVICES = '/apisix/admin/services/'

/** A call to the Admin API that makes a resource what it is to be. */
export interface OwnResource {
  readonly path: string
  readonly body: object
}

/** The resources as they are first published, what is referred to before what refers. */
export const OWN_RESOURCES: readonly OwnResource[] = [
  { path: SERVICES + EDITIONS, body: { name: EDITIONS, labels: EDITION_LABELS } },
  { path: SERVICES + WRITES, body: { name: WRITES, labels: DRILL_LABELS } },
  ownRoute(EDITION, EDITION_PATH, '1'),
  ownRoute(KEPT, '/antipode-drill/kept', 'kept'),
]

/** Drift of every kind: what `EDITION_PATH` answers was changed, a route deleted, and one added that is in no file. */
export const DRIFT = {
  changed: ownRoute(EDITION, EDITION_PATH, 'changed by hand'),
  deleted: ownRoute(KEPT, '/antipode-drill/kept', 'kept'),
  added: ownRoute(STRAY, '/antipode-drill/stray', 'stray'),
  original: ownRoute(EDITION, EDITION_PATH, '1'),
} as const

/**
 * The files of an operator, in the format of ADC.
 *
 * @param edition what `EDITION_PATH` is to answer
 * @param numbers of the writes that are to be there; null for files that say nothing about them
 */
export function editionFile(edition: number, numbers: readonly number[] | null): object {
  const routes = [
    fileRoute(EDITION, EDITION_PATH, String(edition), EDITION_LABELS),
    fileRoute(KEPT, '/antipode-drill/kept', 'kept', EDITION_LABELS),
  ]
  const editions = { id: EDITIONS, name: EDITIONS, labels: EDITION_LABELS, routes }
  if (numbers === null) return { services: [editions] }
  const numbered = numbers.map((number) => {
    return fileRoute(`antipode-drill-write-${number}`, writeUri(number), String(number), DRILL_LABELS)
  })
  return { services: [editions, { id: WRITES, name: WRITES, labels: DRILL_LABELS, routes: numbered }] }
}

/** The path that a numbered write publishes. */
export function writeUri(number: number): string {
  return `/antipode-drill/writes/${number}`
}

/** A plugin that has the gateway itself answer. */
export function answering(body: string): object {
  return { 'fault-injection': { abort: { http_status: 200, body } } }
}

/** A route as `antipode sync` writes it: equal configurations have equal hashes only where they are spelt alike. */
export function describedRoute(name: string, uri: string, answer: string, service: string, labels: object): object {
  return { name, uris: [uri], service_id: service, labels, status: 1, plugins: answering(answer) }
}

function ownRoute(id: string, uri: string, answer: string): OwnResource {
  return { path: ROUTES + id, body: describedRoute(id, uri, answer, EDITIONS, EDITION_LABELS) }
}

function fileRoute(id: string, uri: string, answer: string, labels: object): object {
  return { id, name: id, uris: [uri], labels, plugins: answering(answer) }
}
