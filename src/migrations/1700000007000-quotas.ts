import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { integer, textKey } from './columns.js';

/** What may be used up, and what was used up on which day. */
export class Quotas1700000007000 implements MigrationInterface {
  readonly name = 'Quotas1700000007000';

  async up(runner: QueryRunner): Promise<void> {
    const rows = (name: string) => ({ ...integer(name), type: 'bigint' });
    await runner.createTable(
      new Table({
        name: 'quotas',
        columns: [textKey('kind'), textKey('name'), rows('rows_per_minute'), rows('rows_per_day')],
      }),
    );
    await runner.createTable(
      new Table({ name: 'quota_usage', columns: [textKey('day'), textKey('subject'), rows('used')] }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['quota_usage', 'quotas']) await runner.dropTable(table);
  }
}
