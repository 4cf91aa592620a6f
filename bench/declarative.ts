import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CommandLine } from '../test/toolkit/cli-process.ts'
import type { Measurement } from './measurement.ts'

const SERVICES = 1_000
const ROUTES_OF_EACH = 10

/**
 * One file with 10,000 routes, synchronised to an empty control plane with ADC's ten requests at once and compared
 * again, as commands of their own: starting them, reading the file and every request are part of the time.
 */
export async function measure(say: (line: string) => void): Promise<Measurement[]> {
  const commandLine = new CommandLine()
  try {
    const { regions } = await commandLine.start('up', '--json', '--config', commandLine.freePorts()).ready()
    writeFileSync(join(commandLine.directory, 'large.json'), JSON.stringify(largeFile()))
    const seconds = async (...args: string[]): Promise<number> => {
      const started = performance.now()
      const { code, stdout, stderr } = await commandLine.run(...args, '-f', 'large.json', '--server', regions[0].admin)
      if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}\n${stdout.slice(0, 2_000)}\n${stderr}`)
      const taken = (performance.now() - started) / 1_000
      say(`${args.join(' ')}: ${taken.toFixed(1)} s, ${stdout.split('\n')[0]}`)
      return taken
    }
    const first = await seconds('sync')
    return [
      { what: 'sync of 10,000 routes in 1,000 services', unit: 's', reach: 60, values: [first] },
      { what: 'second diff of them, backend apisix', unit: 's', values: [await seconds('diff')] },
      {
        what: 'second diff of them, backend api7ee',
        unit: 's',
        values: [await seconds('diff', '--backend', 'api7ee')],
      },
    ]
  } finally {
    await commandLine.close()
  }
}

/** In ADC's format. */
export function largeFile(): object {
  const services = Array.from({ length: SERVICES }, (_, service) => ({
    name: `service-${service}`,
    upstream: { nodes: [{ host: '10.0.0.1', port: 80, weight: 1 }] },
    routes: Array.from({ length: ROUTES_OF_EACH }, (_, route) => ({
      ...{ name: `route-${route}`, uris: [`/service-${service}/${route}`], methods: ['GET'] },
    })),
  }))
  return { services }
}
