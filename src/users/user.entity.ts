import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A person who may log in. The columns up to `disabled` are those of the reference app's table. */
@Entity('users')
export class User {
  @PrimaryColumn({ type: 'varchar' })
  id!: string;

  @Column({ type: 'varchar' })
  username!: string;

  /** `username` in Unicode NFKC and lower case: what must be unique. */
  @Column({ type: 'varchar', name: 'username_key', unique: true })
  usernameKey!: string;

  @Column({ type: 'varchar', name: 'full_name', default: '' })
  fullName!: string;

  @Column({ type: 'varchar', default: '' })
  email!: string;

  /** bcrypt in modular crypt format: `$2a$`, `$2b$` or `$2y$`. */
  @Column({ type: 'varchar', name: 'hashed_password', select: false })
  hashedPassword!: string;

  @Column({ type: 'boolean', default: false })
  disabled!: boolean;

  /** Roles and scopes granted, space-separated as in an OAuth2 scope string: "role:auditor predict:diabetes". */
  @Column({ type: 'varchar', default: '' })
  grants!: string;

  /** Tokens carry it; raising it ends all sessions at once, as a new password does. */
  @Column({ type: 'integer', default: 1 })
  generation!: number;

  /** ISO 8601, UTC. */
  @Column({ type: 'varchar', name: 'created_at' })
  createdAt!: string;

  @Column({ type: 'varchar', name: 'updated_at' })
  updatedAt!: string;
}
