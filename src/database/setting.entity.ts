import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A fact about the database, for example that the included models were registered once. */
@Entity('settings')
export class Setting {
  @PrimaryColumn({ type: 'varchar' })
  key!: string;

  @Column({ type: 'varchar' })
  value!: string;
}
