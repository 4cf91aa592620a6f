import type { EC2Client } from '@aws-sdk/client-ec2'
import type { SchedulerClient } from '@aws-sdk/client-scheduler'
import { AntipodeError } from '../../../runtime/model/errors.ts'

type Ec2 = typeof import('@aws-sdk/client-ec2')
type Scheduler = typeof import('@aws-sdk/client-scheduler')

/** What AWS refused, by its own name for it. */
export class AwsRefusal extends AntipodeError {
  readonly awsCode: string

  constructor(what: string, awsCode: string, reason: string, cause?: unknown) {
    super('DRIVER_FAILED', { what, reason: `${reason} (${awsCode})` }, { cause })
    this.awsCode = awsCode
  }
}

/** Milliseconds. The SDK by itself waits for ever for a region that is lost. */
const IMPATIENT = { connectionTimeout: 3_000, requestTimeout: 15_000 }
const ATTEMPTS = 4

/**
 * AWS's clients of EC2 and of EventBridge Scheduler, one a region, made when they are first needed. Credentials and
 * endpoints are those that the SDK finds, as the AWS command line does.
 */
export class AwsApi {
  readonly #ec2 = new Map<string, EC2Client>()
  readonly #schedulers = new Map<string, SchedulerClient>()

  /**
   * @param maxAttempts 1 for what must not be asked for twice
   * @throws AwsRefusal, or AntipodeError DRIVER_FAILED where nobody answers
   */
  async ec2<T>(region: string, call: (client: EC2Client, sdk: Ec2) => Promise<T>, maxAttempts = ATTEMPTS): Promise<T> {
    const sdk = await import('@aws-sdk/client-ec2')
    const key = `${region} ${maxAttempts}`
    const client = this.#ec2.get(key) ?? new sdk.EC2Client({ region, maxAttempts, requestHandler: IMPATIENT })
    this.#ec2.set(key, client)
    return told(`EC2 in ${region}`, () => call(client, sdk))
  }

  /** Of schedules. @throws as `ec2` */
  async scheduler<T>(region: string, call: (client: SchedulerClient, sdk: Scheduler) => Promise<T>): Promise<T> {
    const sdk = await import('@aws-sdk/client-scheduler')
    const settings = { region, maxAttempts: ATTEMPTS, requestHandler: IMPATIENT }
    const client = this.#schedulers.get(region) ?? new sdk.SchedulerClient(settings)
    this.#schedulers.set(region, client)
    return told(`EventBridge Scheduler in ${region}`, () => call(client, sdk))
  }
}

async function told<T>(what: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (error) {
    const { name, message } = error as Error
    // What an answer refused says whose fault it is; where nobody answered nothing does.
    if (error instanceof Error && '$fault' in error) throw new AwsRefusal(what, name, message, error)
    throw new AntipodeError('DRIVER_FAILED', { what, reason: message || name }, { cause: error })
  }
}
