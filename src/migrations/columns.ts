import type { TableColumnOptions } from 'typeorm';

/** Column types that mean the same on SQLite and PostgreSQL. */
export const text = (name: string, defaultValue?: string): TableColumnOptions => ({
  name,
  type: 'text',
  default: defaultValue,
});

export const textKey = (name: string): TableColumnOptions => ({ name, type: 'varchar', isPrimary: true });

export const integer = (name: string): TableColumnOptions => ({ name, type: 'integer' });

export const flag = (name: string, defaultValue: boolean): TableColumnOptions => ({
  name,
  type: 'boolean',
  default: defaultValue ? 'true' : 'false',
});
