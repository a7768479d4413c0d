import { Column, Entity, PrimaryColumn } from 'typeorm';
import { bigint } from '../database/bigint.js';

/** What was used up of a day's limit. */
@Entity('quota_usage')
export class DayUsage {
  /** UTC, "2026-11-24". */
  @PrimaryColumn({ type: 'varchar' })
  day!: string;

  /** The limit's key. */
  @PrimaryColumn({ type: 'varchar' })
  subject!: string;

  @Column(bigint)
  used!: number;
}
