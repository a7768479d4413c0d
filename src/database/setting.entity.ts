import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A fact that the server remembers about its database: that the shipped models were registered once, say. */
@Entity('settings')
export class Setting {
  @PrimaryColumn({ type: 'varchar' })
  key!: string;

  @Column({ type: 'varchar' })
  value!: string;
}
