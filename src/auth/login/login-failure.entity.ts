import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { bigint } from '../../database/bigint.js';

/** Failed logins of one name from one address, of one address, or of one name. */
@Entity('login_failures')
@Index('login_failures_last_at', ['lastAt'])
export class LoginFailure {
  /** A keyed hash, so that the table contains neither names nor addresses. */
  @PrimaryColumn({ type: 'varchar' })
  tracker!: string;

  @Column({ type: 'integer' })
  failures!: number;

  /** Epoch milliseconds of the last of them. */
  @Column({ ...bigint, name: 'last_at' })
  lastAt!: number;
}

/** An address from which a user has logged in. */
@Entity('login_addresses')
@Index('login_addresses_last_at', ['lastAt'])
export class LoginAddress {
  /** A keyed hash of the name and the address. */
  @PrimaryColumn({ type: 'varchar' })
  tracker!: string;

  /** Epoch milliseconds of the last login, at most a day too early. */
  @Column({ ...bigint, name: 'last_at' })
  lastAt!: number;
}
