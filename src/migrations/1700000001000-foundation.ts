import { type MigrationInterface, type QueryRunner, Table, TableIndex } from 'typeorm';
import { flag, integer, text, textKey } from './columns.js';

/** Users, models and their versions, the audit trail, settings. */
export class Foundation1700000001000 implements MigrationInterface {
  readonly name = 'Foundation1700000001000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'users',
        columns: [
          textKey('id'),
          text('username'),
          { ...text('username_key'), isUnique: true },
          text('full_name', "''"),
          text('email', "''"),
          text('hashed_password'),
          flag('disabled', false),
          text('grants', "''"),
          { ...integer('generation'), default: 1 },
          text('created_at'),
          text('updated_at'),
        ],
      }),
    );
    await runner.createTable(
      new Table({
        name: 'models',
        columns: [
          textKey('name'),
          integer('live_version'),
          { ...integer('previous_version'), isNullable: true },
          flag('loaded', true),
          text('created_at'),
          text('updated_at'),
        ],
      }),
    );
    await runner.createTable(
      new Table({
        name: 'model_versions',
        columns: [
          textKey('model_name'),
          { ...integer('version'), isPrimary: true },
          text('runtime'),
          text('description'),
          text('digest'),
          text('location'),
          { ...integer('bytes'), type: 'bigint' },
          text('created_at'),
        ],
      }),
    );
    await runner.createTable(new Table({ name: 'settings', columns: [textKey('key'), text('value')] }));
    await this.createAuditRecords(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['audit_records', 'settings', 'model_versions', 'models', 'users'])
      await runner.dropTable(table);
  }

  private async createAuditRecords(runner: QueryRunner): Promise<void> {
    const optional = (name: string) => ({ ...text(name), isNullable: true });
    await runner.createTable(
      new Table({
        name: 'audit_records',
        columns: [
          { ...integer('id'), isPrimary: true, isGenerated: true, generationStrategy: 'increment' },
          text('writer'),
          integer('seq'),
          text('time'),
          text('kind'),
          ...[
            'action',
            'request_id',
            'username',
            'client_id',
            'token_id',
            'address',
            'method',
            'route',
            'protocol',
          ].map(optional),
          { ...integer('status'), isNullable: true },
          optional('error'),
          { name: 'duration_ms', type: 'double precision', isNullable: true },
          optional('model'),
          { ...integer('version'), isNullable: true },
          optional('model_digest'),
          { ...integer('rows'), isNullable: true },
          ...['flags', 'subject', 'request', 'response', 'request_headers', 'content_salt'].map(optional),
          text('content_digest'),
          text('hash'),
        ],
      }),
    );
    const index = (name: string, columnNames: string[], isUnique = false) =>
      runner.createIndex(
        'audit_records',
        new TableIndex({ name: `audit_records_${name}`, columnNames, isUnique }),
      );
    await index('chain', ['writer', 'seq'], true);
    await index('time', ['time', 'id']);
    await index('request_id', ['request_id']);
    await index('username', ['username', 'id']);
    await index('model', ['model', 'id']);
    await index('subject', ['subject', 'id']);
  }
}
