import type { HeaderFields } from '../../plugins/plugin-interface.ts'

const SENT_AS_IT_IS = /^[\t\x20-\x7e\x80-\xff]*$/
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what may not be sent
const CONTROL = /[\x00-\x08\x0a-\x1f\x7f]/g

/** Text from anywhere as the bytes of a field: beyond Latin-1 it goes as UTF-8, and controls are escaped. */
function writable(value: string): string {
  const bytes = /[\u0100-\uffff]/.test(value) ? Buffer.from(value).toString('latin1') : value
  return bytes.replace(CONTROL, encodeURIComponent)
}

/** Fields in order, as node:http and undici take them: name, value, name, value, … */
export class HeaderList implements HeaderFields {
  readonly raw: string[]

  constructor(raw: string[] = []) {
    this.raw = raw
  }

  get(name: string): string | undefined {
    const at = this.#indexOf(name.toLowerCase(), 0)
    return at < 0 ? undefined : this.raw[at + 1]
  }

  set(name: string, value: string): void {
    this.remove(name)
    this.add(name, value)
  }

  add(name: string, value: string): void {
    this.raw.push(name, SENT_AS_IT_IS.test(value) ? value : writable(value))
  }

  remove(name: string): void {
    const wanted = name.toLowerCase()
    for (let at = this.#indexOf(wanted, 0); at >= 0; at = this.#indexOf(wanted, at)) this.raw.splice(at, 2)
  }

  /** The length is compared first: it rules out almost every field without making a string. */
  #indexOf(lowerCaseName: string, from: number): number {
    const { raw } = this
    for (let index = from; index < raw.length; index += 2) {
      const name = raw[index]!
      if (name.length === lowerCaseName.length && name.toLowerCase() === lowerCaseName) return index
    }
    return -1
  }
}
