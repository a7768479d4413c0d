import { Column, Entity, PrimaryColumn } from 'typeorm';
import { ACTOR_KINDS } from '../common/actor.js';
import { bigint } from '../database/bigint.js';

/** What a quota applies to: an actor, a model, or (`default`) every actor without its own quota. */
export const QUOTA_KINDS = [...ACTOR_KINDS, 'model', 'default'] as const;

export type QuotaKind = (typeof QUOTA_KINDS)[number];

/** How many rows may be predicted. 0 means unlimited. */
@Entity('quotas')
export class Quota {
  @PrimaryColumn({ type: 'varchar' })
  kind!: QuotaKind;

  /** An actor's name (a user's in its unique form), a model's name; empty for the default. */
  @PrimaryColumn({ type: 'varchar' })
  name!: string;

  @Column({ ...bigint, name: 'rows_per_minute' })
  rowsPerMinute!: number;

  @Column({ ...bigint, name: 'rows_per_day' })
  rowsPerDay!: number;
}
