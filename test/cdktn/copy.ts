import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** What stands in for what: CDK Terrain is the community's CDKTF, under names of its own. */
export const ALIASES = {
  cdktf: 'npm:cdktn@0.24.0',
  // The AWS constructs ask for it by this name.
  cdktn: '0.24.0',
  '@cdktf/provider-aws': 'npm:@cdktn/provider-aws@25.7.0',
  constructs: '>=10.6.0 <10.8',
} as const

/** What has no counterpart: Cloudflare's constructs were never published for CDK Terrain, and its command is another. */
export const WITHOUT = ['@cdktf/provider-cloudflare', 'cdktf-cli'] as const

interface Manifest {
  readonly [part: string]: unknown
  readonly dependencies: Record<string, string>
  readonly devDependencies: Record<string, string>
}

/** Copies the files that git tracks, as they are now, and has npm install the aliases there. */
export function copyWithAliases(root: string, directory: string): void {
  const tracked = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' }).split('\0').filter(Boolean)
  for (const file of tracked) {
    // Deleted, and not committed yet.
    if (!existsSync(join(root, file))) continue
    mkdirSync(dirname(join(directory, file)), { recursive: true })
    cpSync(join(root, file), join(directory, file))
  }
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest
  const { peerDependencies: _, peerDependenciesMeta: __, ...rest } = manifest
  const devDependencies: Record<string, string> = { ...manifest.devDependencies, ...ALIASES }
  for (const name of WITHOUT) delete devDependencies[name]
  writeFileSync(join(directory, 'package.json'), JSON.stringify({ ...rest, devDependencies }, null, 2))
  // The lock file stays: everything but the framework is what it is here, or the image would be another one.
  execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: directory,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
}
