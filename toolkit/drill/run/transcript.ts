/** Writes the steps of a drill as they are done: a sign, the step, what was found, and when. */
export interface Transcript {
  title(text: string): void
  line(text: string): void
  step(name: string, text: string, when: string): void
  fault(text: string): void
  trouble(name: string, text: string, when: string): void
}

const NAME = 14
const TEXT = 64

export function createTranscript(write: (text: string) => void, color: boolean): Transcript {
  const paint = (code: number, text: string) => (color ? `\u001b[${code}m${text}\u001b[0m` : text)
  const row = (sign: string, name: string, text: string, when: string) => {
    const room = `${name.padEnd(NAME)}${text}`
    write(`  ${sign} ${when === '' ? room : `${room.padEnd(NAME + TEXT)} ${when.padStart(8)}`}`)
  }
  return {
    title: (text) => write(`${paint(1, text)}\n`),
    line: (text) => write(`  ${text}`),
    step: (name, text, when) => row(paint(32, '✔'), name, text, when),
    fault: (text) => row(paint(33, '⚡'), 'fault', text, ''),
    trouble: (name, text, when) => row(paint(31, '✘'), name, text, when),
  }
}

/** `18.4 s`. */
export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1_000).toFixed(1)} s`
}
