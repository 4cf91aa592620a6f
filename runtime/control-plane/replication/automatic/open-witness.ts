import { readPem } from '../../../model/pem.ts'
import { BucketWitness } from './bucket-witness.ts'
import { HttpsWitness, type HttpsWitnessOptions } from './https-witness.ts'
import type { Witness } from './witness.ts'

/** Loading a bucket's client holds everything up: do it before leading. */
export async function openWitness(options: HttpsWitnessOptions): Promise<Witness> {
  const { settings } = options
  if (settings.url.startsWith('s3:')) return BucketWitness.open(settings)
  const ca = settings.ca === null ? null : await readPem(settings.ca)
  return new HttpsWitness({ ...options, settings: { ...settings, ca } })
}
