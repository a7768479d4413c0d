import { Column, Entity, PrimaryColumn } from 'typeorm';
import { bigint } from '../database/bigint.js';

/** What a quota applies to. `default` is for every user and service account without its own quota. */
export const QUOTA_KINDS = ['user', 'service_account', 'model', 'default'] as const;

export type QuotaKind = (typeof QUOTA_KINDS)[number];

/** How many rows may be predicted. 0 means unlimited. */
@Entity('quotas')
export class Quota {
  @PrimaryColumn({ type: 'varchar' })
  kind!: QuotaKind;

  /** A user's name in its unique form, a service account's client id, a model's name; empty for the default. */
  @PrimaryColumn({ type: 'varchar' })
  name!: string;

  @Column({ ...bigint, name: 'rows_per_minute' })
  rowsPerMinute!: number;

  @Column({ ...bigint, name: 'rows_per_day' })
  rowsPerDay!: number;
}
