import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { expect, it, onTestFinished } from 'vitest';
import { dataSourceOptions } from '../../ormconfig.js';
import { migrate } from './migrate.js';

// scripts/drift-database.mjs compares more, and on PostgreSQL too.
it('makes the tables that the entities describe', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'modelgate-migrate-'));
  onTestFinished(() => rmSync(dataDir, { recursive: true }));
  const dataSource = new DataSource(dataSourceOptions({ dataDir }));
  await migrate(dataSource, dataDir);
  const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
  await dataSource.destroy();
  expect(upQueries.map(({ query }) => query)).toEqual([]);
});
