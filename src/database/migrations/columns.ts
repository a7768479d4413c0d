import {
  type QueryRunner,
  Table,
  type TableColumnOptions,
  type TableIndexOptions,
  type TableOptions,
} from 'typeorm';

/** Column types with the same meaning on SQLite and PostgreSQL, named as the entities name them. */
export const text = (name: string, defaultValue?: string): TableColumnOptions => ({
  name,
  type: 'varchar',
  default: defaultValue,
});

export const optional = (column: TableColumnOptions): TableColumnOptions => ({ ...column, isNullable: true });

export const textKey = (name: string): TableColumnOptions => ({ ...text(name), isPrimary: true });

/** A text of any length: a body. */
export const longText = (name: string): TableColumnOptions => ({ name, type: 'text' });

export const integer = (name: string, defaultValue?: number): TableColumnOptions => ({
  name,
  type: 'integer',
  default: defaultValue,
});

export const bigint = (name: string): TableColumnOptions => ({ name, type: 'bigint' });

export const double = (name: string): TableColumnOptions => ({ name, type: 'double precision' });

export const flag = (name: string, defaultValue?: boolean): TableColumnOptions => ({
  name,
  type: 'boolean',
  default: defaultValue,
});

export const serialKey = (): TableColumnOptions => ({
  ...integer('id'),
  isPrimary: true,
  isGenerated: true,
  generationStrategy: 'increment',
});

export const index = (name: string, columnNames: string[], where?: string): TableIndexOptions => ({
  name,
  columnNames,
  where,
});

/** Creates tables with their indexes. Boolean defaults are written as the database's schema reader returns them. */
export async function createTables(runner: QueryRunner, tables: readonly TableOptions[]): Promise<void> {
  const isPostgres = runner.connection.options.type === 'postgres';
  for (const { columns = [], ...table } of tables)
    await runner.createTable(
      new Table({
        ...table,
        columns: columns.map((column) =>
          typeof column.default === 'boolean'
            ? { ...column, default: isPostgres ? String(column.default) : Number(column.default) }
            : column,
        ),
      }),
    );
}
