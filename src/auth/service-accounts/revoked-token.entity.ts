import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A revoked access token that belongs to no session. Its row is deleted after the token has expired. */
@Entity('revoked_tokens')
@Index('revoked_tokens_account_id', ['accountId'])
@Index('revoked_tokens_expires_at', ['expiresAt'])
export class RevokedToken {
  /** The token's `jti`. */
  @PrimaryColumn({ type: 'varchar' })
  id!: string;

  /** The service account's id. */
  @Column({ type: 'varchar', name: 'account_id' })
  accountId!: string;

  /** ISO 8601, UTC. */
  @Column({ type: 'varchar', name: 'expires_at' })
  expiresAt!: string;
}
