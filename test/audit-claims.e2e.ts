import { createSecretKey, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { signCheckpoint } from '../src/audit/checkpoint.js';
import { EMPTY_CHAIN, nextRow } from '../src/trail/audit-chain.js';
import { AUDIT_COLUMN_NAMES } from '../src/trail/audit-columns.js';
import { AuditKeys } from '../src/trail/audit-keys.js';
import type { AuditDatabase } from './support/audit-database.js';
import { type AuditRecord, installation } from './support/installation.js';
import { type KeptTrail, keptTrail } from './support/kept-trail.js';

const modelgate = installation();
let trail: KeptTrail;
let database: AuditDatabase;
let chain: AuditRecord[];
let writer: string;
/** A checkpoint that was kept elsewhere. */
const checkpoint = join(modelgate.dir, 'checkpoint.json');

const STRANGERS_KEY = createSecretKey(randomBytes(32));

/** What `audit verify` says of the server's chain, and its exit code. */
async function verify(...options: string[]): Promise<{ code: number | null; line: string | undefined }> {
  const { code, stdout } = await modelgate.cli(['audit', 'verify', ...options]);
  return { code, line: stdout.split('\n').find((line) => line.startsWith(`${writer}: `)) };
}

const at = (seq: number): AuditRecord => chain[seq - 1];

beforeAll(async () => {
  trail = await keptTrail(modelgate, checkpoint);
  ({ database, chain, writer } = trail);
});

afterEach(() => trail.restore());

afterAll(() => database.close());

describe('a chain of an installation that is not ours', () => {
  const stranger = '0123456789ab/0';

  it('is found as invented, unless it is named', async () => {
    const entry = { time: new Date().toISOString(), kind: 'prediction' as const, username: 'mallory' };
    const { cells } = nextRow(stranger, EMPTY_CHAIN, entry, STRANGERS_KEY).row;
    await database.insert({
      id: 1_000_000,
      ...Object.fromEntries(AUDIT_COLUMN_NAMES.map((name, i) => [name, cells[i]])),
    });
    const linesOf = async (...options: string[]) => {
      const { code, stdout } = await modelgate.cli(['audit', 'verify', ...options]);
      return [code, stdout.split('\n').find((line) => line.startsWith(stranger))];
    };
    expect(await linesOf()).toEqual([
      1,
      `${stranger}: BROKEN at seq 1: unknown installation "0123456789ab"; if it is another server of this database, accept it with --installation 0123456789ab, and verify it in its own data directory`,
    ]);
    expect(await linesOf('--installation', 'ba9876543210')).toMatchObject([1, expect.any(String)]);
    expect(await linesOf('--installation', '0123456789ab')).toEqual([
      0,
      expect.stringMatching(
        /^0123456789ab\/0: ok, 1 records, .*of another installation: authentication codes not checked$/,
      ),
    ]);
  });
});

describe('a beginning that somebody with the key says was pruned', () => {
  const cutAfter = async (seq: number) => {
    const { signing } = new AuditKeys({ dataDir: modelgate.dataDir });
    const statement = { writer, seq, hash: at(seq).hash as string, time: new Date().toISOString() };
    const { signature } = signCheckpoint(signing, { ...statement, pruned: true });
    await database.run('DELETE FROM audit_records WHERE writer = ? AND seq <= ?', [writer, seq]);
    await database.run('DELETE FROM audit_checkpoints WHERE writer = ?', [writer]);
    await database.run(
      'INSERT INTO audit_checkpoints (writer, seq, hash, time, pruned, signature) VALUES (?, ?, ?, ?, ?, ?)',
      [writer, seq, statement.hash, statement.time, true, signature],
    );
  };

  it.each([3, 9])('is missed by a checkpoint kept elsewhere, after record %i', async (seq) => {
    await cutAfter(seq);
    expect((await verify()).code).toBe(0);
    expect(await verify('--checkpoint', checkpoint)).toEqual({
      code: 1,
      line: `${writer}: BROKEN at seq 1: the records 1 to ${seq} are said to be pruned, which no given checkpoint proves; if they were to be pruned, give an older checkpoint too and --pruned-before, or a checkpoint made after the pruning`,
    });
  });

  it('is accepted if records of that age were to be pruned, and a checkpoint proves their age', async () => {
    await cutAfter(3);
    const before = (time: string) => verify('--checkpoint', checkpoint, '--pruned-before', time);
    expect((await before('2020-01-01')).code).toBe(1);
    expect((await before('2999-01-01')).code).toBe(0);
  });

  it('is accepted if a checkpoint that was made after the pruning says so', async () => {
    await cutAfter(3);
    const later = join(modelgate.dir, 'later.json');
    await modelgate.run(['audit', 'checkpoint', '--output', later]);
    expect((await verify('--checkpoint', checkpoint, later)).code).toBe(0);
  });
});
