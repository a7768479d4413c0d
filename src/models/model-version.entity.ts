import { Column, Entity, PrimaryColumn } from 'typeorm';
import { bigint } from '../database/bigint.js';

/** An immutable version of a model: a package on disk and the digest of its manifest. */
@Entity('model_versions')
export class ModelVersion {
  @PrimaryColumn({ type: 'varchar', name: 'model_name' })
  modelName!: string;

  @PrimaryColumn({ type: 'integer' })
  version!: number;

  @Column({ type: 'varchar' })
  runtime!: string;

  @Column({ type: 'varchar' })
  description!: string;

  /** SHA-256 of modelgate.json, which contains the digests of all other files. */
  @Column({ type: 'varchar' })
  digest!: string;

  /** `shipped`: part of the program. `data`: in the data directory. */
  @Column({ type: 'varchar' })
  location!: 'shipped' | 'data';

  @Column(bigint)
  bytes!: number;

  @Column({ type: 'varchar', name: 'created_at' })
  createdAt!: string;
}
