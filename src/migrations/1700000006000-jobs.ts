import { type MigrationInterface, type QueryRunner, Table, TableIndex } from 'typeorm';
import { flag, integer, text, textKey } from './columns.js';

/** Batch jobs. */
export class Jobs1700000006000 implements MigrationInterface {
  readonly name = 'Jobs1700000006000';

  async up(runner: QueryRunner): Promise<void> {
    const optional = (name: string) => ({ ...text(name), isNullable: true });
    const bytes = (name: string) => ({ ...integer(name), type: 'bigint', default: 0 });
    await runner.createTable(
      new Table({
        name: 'jobs',
        columns: [
          textKey('id'),
          ...['installation', 'user_id', 'username', 'model'].map((name) => text(name)),
          integer('version'),
          text('model_digest'),
          text('format'),
          ...['header', 'outputs'].map(optional),
          text('on_error'),
          ...['request_id', 'client_id', 'token_id', 'address'].map(optional),
          text('state'),
          ...['error_code', 'error'].map(optional),
          bytes('bytes_total'),
          bytes('bytes_read'),
          { ...integer('rows_done'), default: 0 },
          { ...integer('rows_failed'), default: 0 },
          text('input_digest'),
          optional('results_digest'),
          text('created_at'),
          ...['started_at', 'finished_at', 'owner', 'heartbeat_at'].map(optional),
          { ...integer('attempts'), default: 0 },
          flag('recorded', false),
        ],
      }),
    );
    const index = (name: string, columnNames: string[]) =>
      runner.createIndex('jobs', new TableIndex({ name: `jobs_${name}`, columnNames }));
    await index('state', ['installation', 'state', 'created_at']);
    await index('model', ['installation', 'model', 'created_at']);
    await index('user', ['user_id', 'state']);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('jobs');
  }
}
