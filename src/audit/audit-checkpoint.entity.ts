import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { SignedCheckpoint } from './checkpoint.js';

/** A signed checkpoint of a chain, kept beside it. */
@Entity('audit_checkpoints')
export class AuditCheckpoint implements SignedCheckpoint {
  @PrimaryGeneratedColumn({ type: 'integer' })
  id!: number;

  @Column({ type: 'varchar' })
  writer!: string;

  @Column({ type: 'integer' })
  seq!: number;

  @Column({ type: 'varchar' })
  hash!: string;

  @Column({ type: 'varchar' })
  time!: string;

  @Column({ type: 'boolean' })
  pruned!: boolean;

  @Column({ type: 'varchar' })
  signature!: string;
}
