import type { Expression } from '../../model/variable-expression.ts'
import type { Answer, AnswerHead, Outcome, Phase, PluginCall, PluginInstance } from '../../plugins/plugin-interface.ts'

/** A plugin as one resource configured it. */
export interface ConfiguredPlugin {
  readonly name: string
  readonly priority: number
  readonly instance: PluginInstance
  /** From a consumer: takes part only once that consumer is known. */
  readonly fromConsumer: boolean
  readonly filter: Expression | undefined
  /** Stands in for the body of the plugin's own refusals. */
  readonly errorResponse: unknown
}

interface Step {
  readonly plugin: ConfiguredPlugin
  readonly run: Phase
}

/** The plugins of one route, or of one route and consumer, sorted by phase once. */
export class PluginPipeline {
  readonly plugins: readonly ConfiguredPlugin[]
  readonly rewrite: readonly Step[]
  /** Of the consumer's own plugins, which are known too late for the first round. */
  readonly rewriteOfConsumer: readonly Step[]
  readonly access: readonly Step[]
  readonly beforeProxy: readonly Step[]
  readonly #headerFilters: readonly ConfiguredPlugin[]
  readonly #bodyFilters: readonly ConfiguredPlugin[]
  readonly #logs: readonly ConfiguredPlugin[]

  constructor(plugins: Iterable<ConfiguredPlugin>) {
    const sorted = [...plugins].sort((a, b) => b.priority - a.priority)
    const steps = (phase: 'rewrite' | 'access' | 'beforeProxy', fromConsumer?: boolean): Step[] =>
      sorted.flatMap((plugin) => {
        const run = plugin.instance[phase]
        return run && (fromConsumer === undefined || plugin.fromConsumer === fromConsumer) ? [{ plugin, run }] : []
      })
    this.plugins = sorted
    this.rewrite = steps('rewrite', false)
    this.rewriteOfConsumer = steps('rewrite', true)
    this.access = steps('access')
    this.beforeProxy = steps('beforeProxy')
    this.#headerFilters = sorted.filter((plugin) => plugin.instance.headerFilter)
    this.#bodyFilters = sorted.filter((plugin) => plugin.instance.bodyFilter)
    this.#logs = sorted.filter((plugin) => plugin.instance.log)
  }

  get filtersBody(): boolean {
    return this.#bodyFilters.length > 0
  }

  filterHead(call: PluginCall, head: AnswerHead): void {
    for (const plugin of this.#headerFilters) if (applies(plugin, call)) plugin.instance.headerFilter!(call, head)
  }

  filterBody(call: PluginCall, part: Buffer, last: boolean): Buffer {
    let filtered = part
    for (const plugin of this.#bodyFilters) {
      if (applies(plugin, call)) filtered = plugin.instance.bodyFilter!(call, filtered, last)
    }
    return filtered
  }

  log(call: PluginCall): void {
    for (const plugin of this.#logs) if (applies(plugin, call)) plugin.instance.log!(call)
  }
}

/** Runs a phase until a plugin answers; stays synchronous as long as every plugin does. */
export function runPhase(steps: readonly Step[], call: PluginCall, from = 0): Outcome | Promise<Outcome> {
  for (let index = from; index < steps.length; index++) {
    const { plugin, run } = steps[index]!
    if (!applies(plugin, call)) continue
    const outcome = run(call)
    if (outcome instanceof Promise) {
      return outcome.then((answer) => (answer ? finish(plugin, answer) : runPhase(steps, call, index + 1)))
    }
    if (outcome) return finish(plugin, outcome)
  }
  return undefined
}

function applies(plugin: ConfiguredPlugin, call: PluginCall): boolean {
  return plugin.filter === undefined || plugin.filter(call)
}

function finish({ errorResponse }: ConfiguredPlugin, answer: Answer): Answer {
  return errorResponse === undefined || answer.status < 400 ? answer : { ...answer, body: errorResponse }
}
