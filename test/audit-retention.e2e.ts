import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { EMPTY_CHAIN, nextRow } from '../src/trail/audit-chain.js';
import { AUDIT_COLUMN_NAMES } from '../src/trail/audit-columns.js';
import { AuditKeys } from '../src/trail/audit-keys.js';
import type { AuditDatabase } from './support/audit-database.js';
import { installation } from './support/installation.js';

const modelgate = installation({ MODELGATE_AUDIT_RETENTION_DAYS: '30' });
const DAY_MS = 24 * 60 * 60 * 1000;

let database: AuditDatabase;
let id: string;

/** Appends a chain of records with these ages in days. */
async function append(writer: string, ages: readonly number[]): Promise<void> {
  const { mac: key } = new AuditKeys({ dataDir: modelgate.dataDir });
  let head = EMPTY_CHAIN;
  for (const age of ages) {
    const time = new Date(Date.now() - age * DAY_MS).toISOString();
    const next = nextRow(writer, head, { time, kind: 'request' }, key);
    await database.insert(Object.fromEntries(AUDIT_COLUMN_NAMES.map((name, i) => [name, next.row.cells[i]])));
    head = next.head;
  }
}

async function seqsOf(writer: string): Promise<unknown[]> {
  const rows = await database.run('SELECT seq FROM audit_records WHERE writer = ? ORDER BY seq', [writer]);
  return rows.map(({ seq }) => seq);
}

beforeAll(async () => {
  await modelgate.run(['audit', 'checkpoint']);
  id = readFileSync(join(modelgate.dataDir, 'installation-id'), 'utf8');
  database = await modelgate.openDatabase();
  await append(`${id}/7`, [60, 40, 31, 29, 50, 1]);
  await append(`${id}/8`, [90, 80, 70]);
});

afterAll(() => database.close());

it('removes records older than the limit from the beginning of each chain, except its last record', async () => {
  const server = await modelgate.serve();
  const pruned = () => database.run("SELECT * FROM audit_records WHERE action = 'audit.prune'");
  while ((await pruned()).length === 0) await sleep(50);
  expect(await seqsOf(`${id}/7`)).toEqual([4, 5, 6]);
  expect(await seqsOf(`${id}/8`)).toEqual([3]);
  const [record] = await pruned();
  expect(record).toMatchObject({ kind: 'administration', writer: `${id}/0` });
  expect(JSON.parse(record.request as string)).toMatchObject({ removed: 5 });
  await server.stop();
});

it('leaves chains that can be verified', async () => {
  const verified = await modelgate.run(['audit', 'verify']);
  expect(verified).toMatch(new RegExp(`^${id}/7: ok, 3 records, behind 3, `, 'm'));
  expect(verified).toMatch(new RegExp(`^${id}/8: ok, 1 records, behind 2, `, 'm'));
});

it('can be run on the command line, after which chains continue from their last record', async () => {
  const removed = await modelgate.run(['audit', 'prune', '--before', '2999-01-01']);
  expect(removed).toBe('removed 2 records from before 2999-01-01T00:00:00.000Z\n');
  expect(await seqsOf(`${id}/7`)).toEqual([6]);
  expect(await seqsOf(`${id}/cli`)).toEqual([1, 2]);
  await modelgate.run(['audit', 'verify']);
});

it('fails verification without its signed checkpoint', async () => {
  await database.run('DELETE FROM audit_checkpoints WHERE writer = ?', [`${id}/8`]);
  const broken = await modelgate.cli(['audit', 'verify']);
  expect(broken.stdout).toMatch(/\/8: BROKEN at record \d+, seq 3: records 1 to 2 before it were removed\n/);
  expect(broken.code).toBe(1);
});
