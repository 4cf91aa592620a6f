import type { CreateScheduleCommandInput } from '@aws-sdk/client-scheduler'
import { type AwsApi, AwsRefusal } from './aws-api.ts'
import type { AclUndo } from './network-acl.ts'

/** Names of schedules are at most this long. */
const LONGEST_NAME = 64

/**
 * One undo, kept by EventBridge Scheduler in the region that it is for: at its time AWS makes that call by itself, with
 * the role that it is handed, and forgets it. It outlives whoever made it, and needs no code of ours to.
 */
export interface UndoSchedule {
  readonly region: string
  readonly name: string
  /** ARN of a role that Scheduler may take and that may make the call. */
  readonly role: string
  readonly undo: AclUndo
}

/** @param id of the action that is taken back */
export function scheduleName(topology: string, id: string): string {
  const prefix = `antipode-${topology}`.slice(0, LONGEST_NAME - id.length - 1)
  return `${prefix}-${id}`
}

/** @throws AwsRefusal, as where the caller may not pass the role on */
export async function keepUndo(api: AwsApi, schedule: UndoSchedule, at: Date): Promise<void> {
  // With a token, so that one whose answer was lost may be asked for again.
  const input = { ...inputOf(schedule, at), ClientToken: schedule.name }
  await api.scheduler(schedule.region, (client, sdk) => client.send(new sdk.CreateScheduleCommand(input)))
}

/** Puts it off; one that has been carried out meanwhile stays carried out. */
export async function putOffUndo(api: AwsApi, schedule: UndoSchedule, at: Date): Promise<void> {
  const input = inputOf(schedule, at)
  await api.scheduler(schedule.region, (client, sdk) => client.send(new sdk.UpdateScheduleCommand(input)))
}

/** After it has been carried out otherwise. One that is gone is left at that. */
export async function forgetUndo(api: AwsApi, { region, name }: Pick<UndoSchedule, 'region' | 'name'>): Promise<void> {
  try {
    await api.scheduler(region, (client, sdk) => client.send(new sdk.DeleteScheduleCommand({ Name: name })))
  } catch (error) {
    if (!(error instanceof AwsRefusal && error.awsCode === 'ResourceNotFoundException')) throw error
  }
}

function inputOf({ name, role, undo }: UndoSchedule, at: Date): CreateScheduleCommandInput {
  return {
    Name: name,
    Description: 'Takes back what a drill did, should the drill be unable to',
    ScheduleExpression: `at(${at.toISOString().slice(0, 19)})`,
    ScheduleExpressionTimezone: 'UTC',
    FlexibleTimeWindow: { Mode: 'OFF' },
    ActionAfterCompletion: 'DELETE',
    Target: {
      Arn: `arn:${partitionOf(role)}:scheduler:::aws-sdk:ec2:${undo.do[0]!.toLowerCase()}${undo.do.slice(1)}`,
      RoleArn: role,
      Input: JSON.stringify(undo.input),
    },
  }
}

function partitionOf(arn: string): string {
  return arn.split(':')[1] ?? 'aws'
}
