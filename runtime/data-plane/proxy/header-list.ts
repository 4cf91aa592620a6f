import type { HeaderFields } from '../../plugins/plugin-interface.ts'

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
    this.raw.push(name, value)
  }

  add(name: string, value: string): void {
    this.raw.push(name, value)
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
