import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A user who may log in. The columns up to `disabled` are those of the reference app's table. */
@Entity('users')
export class User {
  @PrimaryColumn({ type: 'varchar' })
  id!: string;

  @Column({ type: 'varchar' })
  username!: string;

  /** `username` in Unicode NFKC and lower case. Must be unique. */
  @Column({ type: 'varchar', name: 'username_key', unique: true })
  usernameKey!: string;

  @Column({ type: 'varchar', name: 'full_name', default: '' })
  fullName!: string;

  @Column({ type: 'varchar', default: '' })
  email!: string;

  /** bcrypt in modular crypt format: `$2a$`, `$2b$` or `$2y$`. */
  @Column({ type: 'varchar', name: 'hashed_password', select: false })
  hashedPassword!: string;

  /** True until the user sets a password: the hash is of another program. */
  @Column({ type: 'boolean', name: 'imported_hash', default: false, select: false })
  importedHash!: boolean;

  @Column({ type: 'boolean', default: false })
  disabled!: boolean;

  /**
   * Granted roles and scopes, space-separated as in an OAuth2 scope string: "role:auditor predict:diabetes".
   */
  @Column({ type: 'varchar', default: '' })
  grants!: string;

  /**
   * Tokens contain this number. Increasing it ends all sessions at once, for example after a password change.
   */
  @Column({ type: 'integer', default: 1 })
  generation!: number;

  /** ISO 8601, UTC. */
  @Column({ type: 'varchar', name: 'created_at' })
  createdAt!: string;

  @Column({ type: 'varchar', name: 'updated_at' })
  updatedAt!: string;
}
