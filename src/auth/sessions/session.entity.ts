import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/**
 * A login that refresh tokens prolong (RFC 6749's authorization grant). A session ends when its row is deleted. Times
 * are ISO 8601, UTC.
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

  /** The user's {@link User.generation} at the login. The session is over once the user has another one. */
  @Column({ type: 'integer' })
  generation!: number;

  /** The OAuth2 client that logged in, if it named itself. */
  @Column({ type: 'varchar', name: 'client_id', nullable: true })
  clientId!: string | null;

  /** The OAuth2 scope string of the login. A refresh never gives more. */
  @Column({ type: 'varchar' })
  scope!: string;

  /**
   * SHA-256 of the part that all refresh tokens of the session share. A client that knows this part has held one of
   * them.
   */
  @Column({ type: 'varchar', name: 'family_hash', unique: true })
  familyHash!: string;

  /** SHA-256 of the other part of the current refresh token. */
  @Column({ type: 'varchar', name: 'token_hash' })
  tokenHash!: string;

  /** Where the login came from. */
  @Column({ type: 'varchar' })
  address!: string;

  @Column({ type: 'varchar', name: 'user_agent' })
  userAgent!: string;

  @Column({ type: 'varchar', name: 'created_at' })
  createdAt!: string;

  /** When a refresh token was last used; the time of the login if none was. */
  @Column({ type: 'varchar', name: 'used_at' })
  usedAt!: string;

  @Column({ type: 'varchar', name: 'expires_at' })
  expiresAt!: string;
}
