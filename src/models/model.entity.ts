import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A model's name and its live version. */
@Entity('models')
export class Model {
  @PrimaryColumn({ type: 'varchar' })
  name!: string;

  @Column({ type: 'integer', name: 'live_version' })
  liveVersion!: number;

  /** Target of a rollback: the version that was live before. */
  @Column({ type: 'integer', name: 'previous_version', nullable: true })
  previousVersion!: number | null;

  /** False after an unload: the model exists but does not answer until it is loaded. */
  @Column({ type: 'boolean', default: true })
  loaded!: boolean;

  @Column({ type: 'varchar', name: 'created_at' })
  createdAt!: string;

  @Column({ type: 'varchar', name: 'updated_at' })
  updatedAt!: string;
}
