import type { Platform } from '../platform.ts'
import { compose } from './compose.ts'
import { docker } from './docker.ts'
import { helm } from './helm.ts'
import { linux } from './linux.ts'
import { openshift } from './openshift.ts'

/** Where a data plane may run. */
export const PLATFORMS = { docker, helm, openshift, linux, compose } as const satisfies Record<string, Platform>
export type PlatformName = keyof typeof PLATFORMS
