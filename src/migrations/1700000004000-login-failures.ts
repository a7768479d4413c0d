import { type MigrationInterface, type QueryRunner, Table, TableIndex } from 'typeorm';
import { integer, textKey } from './columns.js';

/** What is counted against guessers of passwords. */
export class LoginFailures1700000004000 implements MigrationInterface {
  readonly name = 'LoginFailures1700000004000';

  async up(runner: QueryRunner): Promise<void> {
    const lastAt = { ...integer('last_at'), type: 'bigint' };
    const tables = {
      login_failures: [textKey('tracker'), integer('failures'), lastAt],
      login_addresses: [textKey('tracker'), lastAt],
    };
    for (const [name, columns] of Object.entries(tables)) {
      await runner.createTable(new Table({ name, columns }));
      await runner.createIndex(name, new TableIndex({ name: `${name}_last_at`, columnNames: ['last_at'] }));
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['login_addresses', 'login_failures']) await runner.dropTable(table);
  }
}
