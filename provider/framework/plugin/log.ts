export type Level = 'trace' | 'debug' | 'info' | 'warn' | 'error'

/** Writes a line as hclog does, the logger of Terraform, which shows it as TF_LOG_PROVIDER asks. */
export function logLine(level: Level, message: string, details: Readonly<Record<string, unknown>> = {}): void {
  // hclog reads exactly six digits.
  const at = new Date().toISOString().replace('Z', '000Z')
  const line = { '@level': level, '@message': message, '@module': 'provider', '@timestamp': at, ...details }
  process.stderr.write(`${JSON.stringify(line)}\n`)
}
