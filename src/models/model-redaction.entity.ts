import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * Input features that must not appear in the audit trail. Kept after the model is removed, so that a new
 * model of that name is redacted too.
 */
@Entity('model_redactions')
export class ModelRedaction {
  @PrimaryColumn({ type: 'varchar' })
  model!: string;

  /** JSON: {@link RedactedFeatures}. */
  @Column({ type: 'text' })
  features!: string;
}
