import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/**
 * A login that goes on through refresh tokens (RFC 6749's authorization grant). It lives as long as its row: what ends a
 * session deletes it. Times are ISO 8601, UTC.
 */
@Entity('sessions')
@Index('sessions_user_id', ['userId'])
@Index('sessions_expires_at', ['expiresAt'])
export class Session {
  /** A UUID; no secret. Access tokens carry it as `sid`. */
  @PrimaryColumn({ type: 'varchar' })
  id!: string;

  @Column({ type: 'varchar', name: 'user_id' })
  userId!: string;

  /** The user's {@link User.generation} at the login; once it is another, the session is over. */
  @Column({ type: 'integer' })
  generation!: number;

  /** The OAuth2 client that logged in, where it named itself. */
  @Column({ type: 'varchar', name: 'client_id', nullable: true })
  clientId!: string | null;

  /** What was granted at the login, as an OAuth2 scope string; no refresh gives more. */
  @Column({ type: 'varchar' })
  scope!: string;

  /** SHA-256 of the part that all refresh tokens of the session share: who knows it once held one of them. */
  @Column({ type: 'varchar', name: 'family_hash', unique: true })
  familyHash!: string;

  /** SHA-256 of the other part of the one refresh token that is still good. */
  @Column({ type: 'varchar', name: 'token_hash' })
  tokenHash!: string;

  /** Where the login came from. */
  @Column({ type: 'varchar' })
  address!: string;

  @Column({ type: 'varchar', name: 'user_agent' })
  userAgent!: string;

  @Column({ type: 'varchar', name: 'created_at' })
  createdAt!: string;

  /** When a refresh token was last used, or when the login was. */
  @Column({ type: 'varchar', name: 'used_at' })
  usedAt!: string;

  @Column({ type: 'varchar', name: 'expires_at' })
  expiresAt!: string;
}
