import { type MigrationInterface, type QueryRunner, Table, TableIndex } from 'typeorm';
import { flag, integer, text, textKey } from './columns.js';

/** Sessions with their refresh tokens, service accounts, and the tokens of those that were revoked. */
export class Sessions1700000002000 implements MigrationInterface {
  readonly name = 'Sessions1700000002000';

  async up(runner: QueryRunner): Promise<void> {
    await this.createSessions(runner);
    await this.createServiceAccounts(runner);
    await runner.createTable(
      new Table({ name: 'revoked_tokens', columns: [textKey('id'), text('account_id'), text('expires_at')] }),
    );
    await index(runner, 'revoked_tokens', 'account_id');
    await index(runner, 'revoked_tokens', 'expires_at');
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['revoked_tokens', 'service_accounts', 'sessions']) await runner.dropTable(table);
  }

  private async createSessions(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'sessions',
        columns: [
          textKey('id'),
          text('user_id'),
          integer('generation'),
          { ...text('client_id'), isNullable: true },
          text('scope'),
          { ...text('family_hash'), isUnique: true },
          text('token_hash'),
          text('address'),
          text('user_agent'),
          text('created_at'),
          text('used_at'),
          text('expires_at'),
        ],
      }),
    );
    await index(runner, 'sessions', 'user_id');
    await index(runner, 'sessions', 'expires_at');
  }

  private async createServiceAccounts(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'service_accounts',
        columns: [
          textKey('id'),
          { ...text('client_id'), isUnique: true },
          text('description'),
          text('grants'),
          flag('disabled', false),
          { ...integer('generation'), default: 1 },
          text('secret_hash'),
          text('secret_created_at'),
          { ...text('previous_hash'), isNullable: true },
          { ...text('previous_expires_at'), isNullable: true },
          text('created_at'),
          text('updated_at'),
        ],
      }),
    );
  }
}

const index = (runner: QueryRunner, table: string, column: string): Promise<void> =>
  runner.createIndex(table, new TableIndex({ name: `${table}_${column}`, columnNames: [column] }));
