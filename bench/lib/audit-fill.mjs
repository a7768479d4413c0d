/** Fills an audit trail with records as a server would have made them: valid chains, authentication codes, a mix of callers. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import sqlite3 from 'sqlite3';

const BATCH = 2_000;
const YEAR_MS = 365 * 24 * 60 * 60 * 1000;
const MODELS = ['diabetes', ...Array.from({ length: 9 }, (_, i) => `model-${i}`)];

/**
 * @param root of the project, built
 * @param dataDir of an installation that has its schema
 * @param model the shipped model's `{version, digest}`, for records whose features can be found
 * @param rows of values, taken in turn
 */
export async function fillTrail(root, dataDir, count, model, rows) {
  const built = (path) => import(pathToFileURL(join(root, 'dist', 'src', 'logging', path)).href);
  const [{ SqliteTable }, { AuditKeys }, chain] = await Promise.all(
    ['sqlite-table.js', 'audit-keys.js', 'audit-chain.js'].map(built),
  );
  const { mac } = new AuditKeys({ dataDir });
  const writer = `${readFileSync(join(dataDir, 'installation-id'), 'utf8').trim()}/5`;
  const restoreIndexes = await dropIndexes(dataDir);
  const table = await SqliteTable.open({ dataDir });
  const start = Date.now() - YEAR_MS;
  let head = chain.EMPTY_CHAIN;
  for (let done = 0; done < count;) {
    const batch = [];
    for (; batch.length < BATCH && done < count; done++) {
      const time = new Date(start + Math.floor((done / count) * YEAR_MS)).toISOString();
      const next = chain.nextRow(writer, head, entryOf(done, time, model, rows), mac);
      head = next.head;
      batch.push(next.row);
    }
    await table.insert(batch);
  }
  await table.close();
  await restoreIndexes();
}

/** Building an index of all records at the end costs less than keeping it up to date. Returns what does so. */
async function dropIndexes(dataDir) {
  const database = new sqlite3.Database(join(dataDir, 'modelgate.db'));
  const [all, run, close] = ['all', 'run', 'close'].map((name) => promisify(database[name].bind(database)));
  const indexes = await all(
    "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'audit_records' AND sql NOT LIKE '%UNIQUE%'",
  );
  for (const { name } of indexes) await run(`DROP INDEX ${name}`);
  return async () => {
    for (const { sql } of indexes) await run(sql);
    await close();
  };
}

/** One in a hundred is an act of administration, one in ten another call, one in fifty a prediction that was refused. */
function entryOf(i, time, { version, digest }, rows) {
  const common = {
    time,
    requestId: `request-${i}`,
    username: `user-${i % 97}`,
    clientId: `client-${i % 5}`,
    tokenId: `token-${i % 997}`,
    address: '127.0.0.1',
    durationMs: 1.5,
    requestHeaders: '{"content-type":"application/json"}',
  };
  if (i % 100 === 0)
    return {
      ...common,
      kind: 'administration',
      action: 'user.disable',
      subject: `user-${i % 97}`,
      status: 200,
    };
  if (i % 10 === 1) return { ...common, kind: 'request', method: 'GET', route: '/v1/models', status: 200 };
  const refused = i % 50 === 2;
  return {
    ...common,
    kind: 'prediction',
    method: 'POST',
    route: '/regression',
    protocol: 'reference',
    subject: `case-${Math.floor(i / 10)}`,
    model: MODELS[i % MODELS.length],
    status: refused ? 422 : 200,
    ...(refused ? { error: 'validation_failed' } : { version, modelDigest: digest, rows: 1 }),
    request: JSON.stringify(rows[i % rows.length]),
    response: refused ? '{"detail":[]}' : '{"Output":0}',
  };
}
