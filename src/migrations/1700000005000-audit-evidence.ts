import { type MigrationInterface, type QueryRunner, Table, TableColumn, TableIndex } from 'typeorm';
import { flag, integer, text, textKey } from './columns.js';

/** Indexes of the foundation that are ordered by id; queries are answered in the order of time. */
const OLD_INDEXES: Readonly<Record<string, string[]>> = {
  request_id: ['request_id'],
  username: ['username', 'id'],
  model: ['model', 'id'],
  subject: ['subject', 'id'],
};

/** What a query can be led by; the common case (a prediction that was answered) costs none of the last three. */
const NEW_INDEXES = [
  'audit_records_request_id ON audit_records (request_id, time, id)',
  'audit_records_username ON audit_records (username, time, id)',
  'audit_records_model ON audit_records (model, time, id)',
  'audit_records_subject ON audit_records (subject, time, id) WHERE subject IS NOT NULL',
  'audit_records_action ON audit_records (action, time, id) WHERE action IS NOT NULL',
  "audit_records_kind ON audit_records (kind, time, id) WHERE kind <> 'prediction'",
  'audit_records_failure ON audit_records ((status / 100), time, id) WHERE status >= 400',
];

/** Authentication codes, indexes for queries, signed checkpoints, redaction of named features. */
export class AuditEvidence1700000005000 implements MigrationInterface {
  readonly name = 'AuditEvidence1700000005000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.addColumn('audit_records', new TableColumn({ ...text('mac'), isNullable: true }));
    for (const name of Object.keys(OLD_INDEXES)) await runner.query(`DROP INDEX audit_records_${name}`);
    for (const index of NEW_INDEXES) await runner.query(`CREATE INDEX ${index}`);
    await runner.createTable(
      new Table({
        name: 'audit_checkpoints',
        columns: [
          { ...integer('id'), isPrimary: true, isGenerated: true, generationStrategy: 'increment' },
          text('writer'),
          integer('seq'),
          text('hash'),
          text('time'),
          flag('pruned', false),
          text('signature'),
        ],
      }),
    );
    await runner.createTable(
      new Table({ name: 'model_redactions', columns: [textKey('model'), text('features')] }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('model_redactions');
    await runner.dropTable('audit_checkpoints');
    for (const index of NEW_INDEXES) await runner.query(`DROP INDEX ${index.split(' ')[0]}`);
    for (const [name, columnNames] of Object.entries(OLD_INDEXES))
      await runner.createIndex(
        'audit_records',
        new TableIndex({ name: `audit_records_${name}`, columnNames }),
      );
    await runner.dropColumn('audit_records', 'mac');
  }
}
