import { AppautoscalingPolicy } from '@cdktf/provider-aws/lib/appautoscaling-policy/index.js'
import { AppautoscalingTarget } from '@cdktf/provider-aws/lib/appautoscaling-target/index.js'
import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group/index.js'
import { EcsCluster } from '@cdktf/provider-aws/lib/ecs-cluster/index.js'
import { EcsService } from '@cdktf/provider-aws/lib/ecs-service/index.js'
import { EcsTaskDefinition } from '@cdktf/provider-aws/lib/ecs-task-definition/index.js'
import type { IamRole } from '@cdktf/provider-aws/lib/iam-role/index.js'
import { Construct } from 'constructs'
import type { Balancer } from './balancer.ts'
import { Connections } from './connections.ts'
import { invalidProp } from './invalid-prop.ts'
import type { Network } from './network.ts'
import { resourceName } from './resource-name.ts'
import { type RuntimeContainer, runtimeContainer } from './runtime-container.ts'
import type { ServiceSize } from './service-size.ts'
import { Surroundings } from './surroundings.ts'
import { TaskRoles } from './task-roles.ts'
import { type Transform, transform } from './transform.ts'

export interface FargateServiceProps extends ServiceSize {
  readonly name: string
  readonly network: Network
  /** The process that runs, with its configuration and its secrets. */
  readonly container: RuntimeContainer
  /** What sends it connections; its listeners have to be there already. */
  readonly balancer: Balancer
  /** Further balancers, each with the ports of the container that it may reach. @default none */
  readonly moreBalancers?: readonly { readonly balancer: Balancer; readonly ports: readonly number[] }[]
  /** ARN of the key of the region: it encrypts the logs and the secrets. */
  readonly keyArn: string
  /** ARN of the repository that holds the image. @default none: the image is public */
  readonly repositoryArn?: string
  /** Days that logs are kept. @default 90 */
  readonly logDays?: number
  /** Changes to inner resources. @default none */
  readonly transform?: Transform<FargateService>
}

/** Percent of a processor that automatic growth aims for: enough is left to carry callers until new tasks run. */
const CPU_TARGET = 50

/**
 * One part of the runtime as a service on Fargate behind a balancer: its cluster, task, roles, logs and growth. Tasks
 * run in private subnets with a read-only file system; a deployment that does not come up is rolled back.
 */
export class FargateService extends Construct {
  readonly connections: Connections
  readonly cluster: EcsCluster
  readonly logGroup: CloudwatchLogGroup
  readonly roles: TaskRoles
  readonly taskDefinition: EcsTaskDefinition
  readonly service: EcsService
  readonly scalingTarget: AppautoscalingTarget | undefined
  readonly scalingPolicy: AppautoscalingPolicy | undefined

  constructor(scope: Construct, id: string, props: FargateServiceProps) {
    super(scope, id)
    const { name, network, container, balancer, instances, growsTo = instances, keyArn } = props
    if (growsTo < instances) {
      throw invalidProp(this, 'growsTo', `${growsTo} is less than the ${instances} instances; use ${instances} or more`)
    }
    this.connections = new Connections(this, 'connections', {
      name,
      description: `Tasks of ${name}`,
      vpcId: network.vpcId,
      ports: container.ports,
    })
    balancer.connections.connectTo(this)
    const more = props.moreBalancers ?? []
    for (const { balancer, ports } of more) balancer.connections.connectTo(this, ...ports)
    const balancers = [balancer, ...more.map((it) => it.balancer)]
    this.cluster = new EcsCluster(this, 'cluster', {
      name: resourceName(255, name),
      setting: [{ name: 'containerInsights', value: 'enabled' }],
    })
    this.logGroup = new CloudwatchLogGroup(this, 'logs', {
      name: `/antipode/${name}`,
      retentionInDays: props.logDays ?? 90,
      kmsKeyId: keyArn,
    })
    this.roles = new TaskRoles(this, 'roles', {
      name,
      keyArn,
      logGroupArn: this.logGroup.arn,
      secretArns: [...new Set(Object.values(container.secrets).map(({ arn }) => arn))],
      ...(props.repositoryArn && { repositoryArn: props.repositoryArn }),
    })
    this.taskDefinition = new EcsTaskDefinition(this, 'task', {
      family: resourceName(255, name),
      requiresCompatibilities: ['FARGATE'],
      networkMode: 'awsvpc',
      cpu: `${props.cpu ?? 1024}`,
      memory: `${props.memory ?? 2048}`,
      executionRoleArn: this.roles.execution.arn,
      taskRoleArn: this.roles.task.arn,
      runtimePlatform: { operatingSystemFamily: 'LINUX', cpuArchitecture: 'X86_64' },
      volume: [{ name: 'state' }],
      containerDefinitions: runtimeContainer(container, {
        logGroup: this.logGroup.name,
        region: Surroundings.of(this).region,
      }),
    })
    const scales = growsTo > instances
    this.service = new EcsService(this, 'service', {
      name: resourceName(255, name),
      cluster: this.cluster.arn,
      taskDefinition: this.taskDefinition.arn,
      launchType: 'FARGATE',
      desiredCount: instances,
      deploymentMinimumHealthyPercent: 100,
      deploymentMaximumPercent: 200,
      deploymentCircuitBreaker: { enable: true, rollback: true },
      availabilityZoneRebalancing: 'ENABLED',
      healthCheckGracePeriodSeconds: 60,
      enableExecuteCommand: false,
      enableEcsManagedTags: true,
      propagateTags: 'SERVICE',
      networkConfiguration: {
        subnets: [...network.privateSubnetIds],
        securityGroups: [this.connections.securityGroupId],
        assignPublicIp: false,
      },
      loadBalancer: balancers
        .flatMap(({ targetGroups }) => targetGroups)
        .map((targetGroup) => ({
          targetGroupArn: targetGroup.arn,
          containerName: container.name,
          containerPort: targetGroup.portInput ?? 0,
        })),
      // A target group takes no tasks before a listener uses it.
      dependsOn: [...balancers.flatMap(({ listeners }) => listeners), this.roles.executionPolicy],
      ...(scales && { lifecycle: { ignoreChanges: ['desired_count'] } }),
    })
    if (scales) {
      this.scalingTarget = new AppautoscalingTarget(this, 'scaling-target', {
        serviceNamespace: 'ecs',
        scalableDimension: 'ecs:service:DesiredCount',
        resourceId: `service/${this.cluster.name}/${this.service.name}`,
        minCapacity: instances,
        maxCapacity: growsTo,
      })
      this.scalingPolicy = new AppautoscalingPolicy(this, 'scaling-policy', {
        name: resourceName(255, name, 'cpu'),
        policyType: 'TargetTrackingScaling',
        serviceNamespace: this.scalingTarget.serviceNamespace,
        scalableDimension: this.scalingTarget.scalableDimension,
        resourceId: this.scalingTarget.resourceId,
        targetTrackingScalingPolicyConfiguration: {
          predefinedMetricSpecification: { predefinedMetricType: 'ECSServiceAverageCPUUtilization' },
          targetValue: CPU_TARGET,
          scaleOutCooldown: 30,
          scaleInCooldown: 300,
        },
      })
    }
    transform(this, props.transform)
  }

  /** What the tasks may do at AWS: nothing, until somebody grants it. */
  get role(): IamRole {
    return this.roles.task
  }
}
