import { Column, Entity, PrimaryColumn } from 'typeorm';

/** PostgreSQL's driver gives a bigint as text. */
const milliseconds = { from: Number, to: (value: unknown) => value };

/** Failed logins of one name from one address, of one address, or of one name. */
@Entity('login_failures')
export class LoginFailure {
  /** A keyed hash, so that the table lists neither names nor addresses. */
  @PrimaryColumn({ type: 'varchar' })
  tracker!: string;

  @Column({ type: 'integer' })
  failures!: number;

  /** Epoch milliseconds of the last of them. */
  @Column({ type: 'bigint', name: 'last_at', transformer: milliseconds })
  lastAt!: number;
}

/** An address from which a user has logged in. */
@Entity('login_addresses')
export class LoginAddress {
  /** A keyed hash of the name and the address. */
  @PrimaryColumn({ type: 'varchar' })
  tracker!: string;

  /** Epoch milliseconds of a login, the last one or one at most a day before it. */
  @Column({ type: 'bigint', name: 'last_at', transformer: milliseconds })
  lastAt!: number;
}
