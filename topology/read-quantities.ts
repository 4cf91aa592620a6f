import { Duration, parseDuration } from './duration.ts'
import { Percent, parsePercent } from './percent.ts'
import { parseRate, Rate } from './rate.ts'
import { quantity } from './reader.ts'

export const duration = quantity(Duration, parseDuration, "seconds(10), or '10s' in a file")
export const share = quantity(Percent, parsePercent, "percent(30), or '30%' in a file")
export const rate = quantity(Rate, parseRate, "perSecond(200), or '200/s' in a file")

/** What may be part of a resource's name. */
export const NAME = /^[a-z](?:[a-z0-9-]*[a-z0-9])?$/
export const NAME_RULE = 'use lower-case letters, digits and hyphens, from a letter to a letter or digit'
