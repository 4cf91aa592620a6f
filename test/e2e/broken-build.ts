import { spawn } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { ROOT, trackedFiles } from '../presubmit/source-tree.ts'

/** One change that breaks a promise: the text that is taken out, and what stands there instead. */
export interface Breakage {
  readonly file: string
  readonly text: string
  readonly becomes: string
}

/**
 * A copy of the tree with safeguards taken out, to show that a test or drill which should notice does notice. The text
 * must be there exactly once, so that a breakage cannot quietly stop breaking anything.
 */
export class BrokenBuild {
  readonly folder: string

  constructor(...breakages: readonly Breakage[]) {
    this.folder = mkdtempSync(path.join(tmpdir(), 'antipode-broken-'))
    for (const file of trackedFiles()) {
      if (/\.(ts|json|ya?ml)$/.test(file)) cpSync(path.join(ROOT, file), path.join(this.folder, file))
    }
    symlinkSync(path.join(ROOT, 'node_modules'), path.join(this.folder, 'node_modules'))
    for (const { file, text, becomes } of breakages) {
      const parts = readFileSync(path.join(this.folder, file), 'utf8').split(text)
      if (parts.length !== 2) throw new Error(`'${text}' stands ${parts.length - 1} times in ${file}`)
      writeFileSync(path.join(this.folder, file), parts.join(becomes))
    }
  }

  /** Runs Node in the copy. @returns its exit code and what it printed */
  async run(...args: string[]): Promise<{ code: number | null; output: string }> {
    // Without the variable, a test runner started by a test would report to that one and not to us.
    const { NODE_TEST_CONTEXT: _, ...env } = process.env
    const child = spawn(process.execPath, args, { cwd: this.folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (data) => {
        output += data
      })
    }
    const code = await new Promise<number | null>((resolve) => child.on('exit', resolve))
    return { code, output }
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}
