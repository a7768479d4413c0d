import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A program that gets tokens of its own with `client_credentials` (RFC 6749 section 4.4). Times are ISO 8601, UTC. */
@Entity('service_accounts')
export class ServiceAccount {
  /** A UUID. Tokens carry it as `sub`, so that they are not valid for a later account of the same name. */
  @PrimaryColumn({ type: 'varchar' })
  id!: string;

  /** The OAuth2 client_id. */
  @Column({ type: 'varchar', name: 'client_id', unique: true })
  clientId!: string;

  @Column({ type: 'varchar' })
  description!: string;

  /** As {@link User.grants}. */
  @Column({ type: 'varchar' })
  grants!: string;

  @Column({ type: 'boolean', default: false })
  disabled!: boolean;

  /** Tokens carry it. Raising it invalidates all tokens of the account. */
  @Column({ type: 'integer', default: 1 })
  generation!: number;

  /** SHA-256 of the secret. */
  @Column({ type: 'varchar', name: 'secret_hash', select: false })
  secretHash!: string;

  @Column({ type: 'varchar', name: 'secret_created_at' })
  secretCreatedAt!: string;

  /** The secret before the last rotation, valid until {@link previousExpiresAt}. */
  @Column({ type: 'varchar', name: 'previous_hash', nullable: true, select: false })
  previousHash!: string | null;

  @Column({ type: 'varchar', name: 'previous_expires_at', nullable: true })
  previousExpiresAt!: string | null;

  @Column({ type: 'varchar', name: 'created_at' })
  createdAt!: string;

  @Column({ type: 'varchar', name: 'updated_at' })
  updatedAt!: string;
}
