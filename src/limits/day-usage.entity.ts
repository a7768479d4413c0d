import { Column, Entity, PrimaryColumn } from 'typeorm';
import { bigint } from '../database/bigint.js';

/** The use of one limit on one day. */
@Entity('quota_usage')
export class DayUsage {
  /** UTC, "2026-11-24". */
  @PrimaryColumn({ type: 'varchar' })
  day!: string;

  /** Key of the limit. */
  @PrimaryColumn({ type: 'varchar' })
  subject!: string;

  @Column(bigint)
  used!: number;
}
