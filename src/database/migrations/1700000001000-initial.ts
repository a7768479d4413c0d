import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTables } from './columns.js';
import { ACCESS_TABLES } from './initial/access-tables.js';
import { AUDIT_TABLES, FAILURE_INDEX } from './initial/audit-tables.js';
import { MODEL_TABLES } from './initial/model-tables.js';

const TABLES = [...ACCESS_TABLES, ...MODEL_TABLES, ...AUDIT_TABLES];

/** Every table of the first release. */
export class Initial1700000001000 implements MigrationInterface {
  readonly name = 'Initial1700000001000';

  async up(runner: QueryRunner): Promise<void> {
    await createTables(runner, TABLES);
    await runner.query(FAILURE_INDEX);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const { name } of [...TABLES].reverse()) await runner.dropTable(name);
  }
}
