import { BackupVault } from '@cdktf/provider-aws/lib/backup-vault/index.js'
import type { Construct } from 'constructs'
import {
  backupVaultName,
  DatabaseSecret,
  FallbackBucket,
  GroupSecrets,
  type Image,
  ImageRepository,
  type Key,
  RegionKey,
  RegionSecrets,
  RuntimeImage,
} from '../constructs/index.ts'
import type { Region } from '../topology/index.ts'
import type { ImageSource } from './image-source.ts'
import { LayerStack, type LayerStackProps } from './layer-stack.ts'
import type { RegionNames } from './region-names.ts'

export interface FoundationStackProps extends LayerStackProps {
  readonly names: RegionNames
  readonly described: Region
  /** @default built and pushed during deployment */
  readonly image?: ImageSource
  /** Makes the database's password and copies it to these regions; undefined where another region's stack does. */
  readonly passwordCopies?: readonly { readonly region: string; readonly keyAlias: string }[]
  /** Makes the vault for another region's backups, which a region with a database has anyway. @default false */
  readonly keepsBackups?: boolean
  /** Makes the bucket in which the control planes of its history leave their configuration. @default false */
  readonly keepsFallback?: boolean
}

/** What everything else in a region rests on, and what must be filled before the rest starts: key, images, secrets. */
export class FoundationStack extends LayerStack {
  readonly key: Key
  readonly images: ImageRepository
  readonly image: Image
  /** Undefined in an edge, which runs no control planes. */
  readonly secrets: RegionSecrets | undefined
  /** Of gateway groups beside `default`, and in an edge of that too. */
  readonly groupSecrets: GroupSecrets | undefined
  readonly databaseSecret: DatabaseSecret | undefined
  readonly vault: BackupVault | undefined
  readonly fallback: FallbackBucket | undefined

  constructor(scope: Construct, id: string, props: FoundationStackProps) {
    super(scope, id, props)
    const { names, described, passwordCopies: replicas } = props
    const edge = described.role === 'edge'
    this.key = described.key
      ? RegionKey.fromExisting(this, 'key', { arn: described.key })
      : new RegionKey(this, 'key', { name: names.base })
    const keyArn = this.key.arn
    this.images = new ImageRepository(this, 'images', { name: names.repository, keyArn })
    this.image = imageFrom(this, this.images, props.image)
    const common = { name: names.secrets, keyArn, trustDomain: props.topology }
    this.secrets = edge ? undefined : new RegionSecrets(this, 'secrets', { ...common, region: props.region })
    const groups = new Set(Object.values(described.clusters).map(({ group }) => group))
    if (edge) groups.add('default')
    else groups.delete('default')
    this.groupSecrets =
      groups.size > 0 ? new GroupSecrets(this, 'group-secrets', { ...common, groups: [...groups] }) : undefined
    this.databaseSecret =
      replicas && new DatabaseSecret(this, 'database-password', { name: names.databaseSecret, keyArn, replicas })
    this.vault = props.keepsBackups
      ? new BackupVault(this, 'backups', { name: backupVaultName(names.base), kmsKeyArn: keyArn })
      : undefined
    this.fallback = props.keepsFallback ? new FallbackBucket(this, 'fallback', { name: names.base, keyArn }) : undefined
  }

  /** ARN of the identity of a group's data planes. */
  dataPlaneIdentity(group: string): string {
    const secret =
      this.groupSecrets?.identities[group] ?? (group === 'default' ? this.secrets?.dataPlaneIdentity : undefined)
    return secret?.arn ?? ''
  }
}

function imageFrom(scope: FoundationStack, repository: ImageRepository, source: ImageSource = {}): Image {
  if ('reference' in source) return RuntimeImage.fromExisting(scope, 'image', source)
  if ('digest' in source || 'tag' in source) return RuntimeImage.fromExisting(scope, 'image', { repository, ...source })
  return new RuntimeImage(scope, 'image', { repository, ...source })
}
