import { IamRole } from '@cdktf/provider-aws/lib/iam-role/index.js'
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy/index.js'
import { Construct } from 'constructs'
import { keyUseThrough, policyDocument } from './policy-document.ts'
import { resourceName } from './resource-name.ts'
import { Surroundings } from './surroundings.ts'
import { type Transform, transform } from './transform.ts'

export interface TaskRolesProps {
  /** The roles are called `<name>-execution` and `<name>-task`. */
  readonly name: string
  /** ARN of the key that encrypts the secrets. */
  readonly keyArn: string
  /** ARN of the one log group that is written to. */
  readonly logGroupArn: string
  /** ARNs of the secrets that the task begins with. */
  readonly secretArns: readonly string[]
  /** ARN of the repository that holds the image. @default none: the image is public */
  readonly repositoryArn?: string
  /** Changes to inner resources. @default none */
  readonly transform?: Transform<TaskRoles>
}

/**
 * The two roles of a task. `execution` starts it: it may pull its one image, write to its one log group and read its
 * own secrets. `task` is what runs: it begins with no permission, since the runtime calls no AWS service.
 */
export class TaskRoles extends Construct {
  readonly execution: IamRole
  readonly executionPolicy: IamRolePolicy
  readonly task: IamRole

  constructor(scope: Construct, id: string, props: TaskRolesProps) {
    super(scope, id)
    const { name, keyArn, logGroupArn, secretArns, repositoryArn } = props
    const surroundings = Surroundings.of(this)
    const assumeRolePolicy = policyDocument({
      principals: { Service: 'ecs-tasks.amazonaws.com' },
      actions: ['sts:AssumeRole'],
      conditions: {
        StringEquals: { 'aws:SourceAccount': surroundings.account },
        ArnLike: { 'aws:SourceArn': surroundings.arn('ecs', '*') },
      },
    })
    this.execution = new IamRole(this, 'execution', { name: resourceName(64, name, 'execution'), assumeRolePolicy })
    this.task = new IamRole(this, 'task', { name: resourceName(64, name, 'task'), assumeRolePolicy })
    this.executionPolicy = new IamRolePolicy(this, 'execution-policy', {
      name: 'start-tasks',
      role: this.execution.name,
      policy: policyDocument(
        {
          sid: 'WriteOwnLogs',
          actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          resources: [`${logGroupArn}:*`],
        },
        { sid: 'ReadOwnSecrets', actions: ['secretsmanager:GetSecretValue'], resources: secretArns },
        keyUseThrough('secretsmanager', surroundings.region, keyArn),
        ...(repositoryArn
          ? [
              // AWS ties this one action to no resource.
              { sid: 'LogInToRegistry', actions: ['ecr:GetAuthorizationToken'], resources: ['*'] },
              {
                sid: 'PullOwnImage',
                actions: ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
                resources: [repositoryArn],
              },
            ]
          : []),
      ),
    })
    transform(this, props.transform)
  }
}
