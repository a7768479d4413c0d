/**
 * node scripts/drift-database.mjs
 *
 * Compares the tables that the migrations make with those that TypeORM would make of the entities: on SQLite, and on the
 * PostgreSQL server that DATABASE_URL names where it is set. Prints each difference; exits 1 if there is any.
 */
import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { ensureBuilt } from './ensure-built.mjs';

ensureBuilt();
const { dataSourceOptions } = await import('../dist/ormconfig.js');
const { migrate } = await import('../dist/src/database/migrate.js');

let differences = await driftOnSqlite();
if (process.env.DATABASE_URL) differences += await driftOnPostgres(process.env.DATABASE_URL);
process.exit(differences === 0 ? 0 : 1);

async function driftOnSqlite() {
  const folders = ['migrated', 'synchronised'].map((name) =>
    mkdtempSync(join(tmpdir(), `modelgate-${name}-`)),
  );
  try {
    const [migrated, synchronised] = folders.map((dataDir) => ({ dataDir }));
    return await compare('SQLite', migrated, synchronised, (source) =>
      source.query(
        "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND tbl_name NOT LIKE 'sqlite_%'",
      ),
    );
  } finally {
    for (const folder of folders) rmSync(folder, { recursive: true });
  }
}

async function driftOnPostgres(adminUrl) {
  const names = ['migrated', 'synchronised'].map((name) => `drift_${name}_${randomBytes(4).toString('hex')}`);
  const run = async (verb) => {
    const client = new pg.Client(adminUrl);
    await client.connect();
    for (const name of names) await client.query(`${verb} DATABASE ${name}`);
    await client.end();
  };
  await run('CREATE');
  try {
    const [migrated, synchronised] = names.map((name) => ({
      dataDir: tmpdir(),
      databaseUrl: Object.assign(new URL(adminUrl), { pathname: `/${name}` }).href,
    }));
    return await compare('PostgreSQL', migrated, synchronised, (source) =>
      source.query(`
        SELECT 'column' AS type, table_name || '.' || column_name AS name,
               concat_ws(' ', data_type, is_nullable, column_default) AS sql
          FROM information_schema.columns WHERE table_schema = 'public'
        UNION ALL SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'`),
    );
  } finally {
    await run('DROP');
  }
}

/** @returns {Promise<number>} how many differences there are */
async function compare(name, migrated, synchronised, schemaOf) {
  const first = new DataSource(dataSourceOptions(migrated));
  await migrate(first, migrated.dataDir);
  const second = await new DataSource({ ...dataSourceOptions(synchronised), migrations: [] }).initialize();
  await second.synchronize();
  const { upQueries } = await first.driver.createSchemaBuilder().log();
  const found = [
    ...upQueries.map(({ query }) => `TypeORM would run: ${query}`),
    ...differencesOf(await schemaOf(first), await schemaOf(second), unmanaged(first)),
  ];
  for (const each of [first, second]) await each.destroy();
  for (const difference of found) process.stderr.write(`${name}: ${difference}\n`);
  process.stdout.write(`${name}: ${found.length} differences between migrations and entities\n`);
  return found.length;
}

/** What only migrations make: their own table, and indexes that the entities declare with `synchronize: false`. */
function unmanaged({ entityMetadatas }) {
  const indices = entityMetadatas.flatMap((entity) => entity.indices);
  const names = indices.filter(({ synchronize }) => !synchronize).map(({ name }) => name);
  return new RegExp(`\\b(migrations|${names.join('|')})\\b`);
}

function differencesOf(migrated, synchronised, ignored) {
  const byName = (rows) =>
    new Map(
      rows
        .map((row) => [`${row.type} ${row.name}`, row.sql])
        .filter(([name, sql]) => !ignored.test(name) && !ignored.test(sql)),
    );
  const [left, right] = [byName(migrated), byName(synchronised)];
  return [...new Set([...left.keys(), ...right.keys()])]
    .filter((key) => left.get(key) !== right.get(key))
    .map((key) => `${key}\n  migrations: ${left.get(key)}\n  entities:   ${right.get(key)}`);
}
