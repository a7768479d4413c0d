import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What of a model's inputs the audit trail is not to hold. Outlives the model: one of the same name is treated alike. */
@Entity('model_redactions')
export class ModelRedaction {
  @PrimaryColumn({ type: 'varchar' })
  model!: string;

  /** JSON: {@link RedactedFeatures}. */
  @Column({ type: 'text' })
  features!: string;
}
