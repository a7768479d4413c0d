import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { nextRow, recordHash, recordMac } from '../src/trail/audit-chain.js';
import { AUDIT_COLUMN_NAMES, FACTS } from '../src/trail/audit-columns.js';
import { AuditKeys } from '../src/trail/audit-keys.js';
import type { AuditDatabase } from './support/audit-database.js';
import { type AuditRecord, installation } from './support/installation.js';
import { type KeptTrail, keptTrail } from './support/kept-trail.js';

const modelgate = installation();
let trail: KeptTrail;
let database: AuditDatabase;
/** The server's chain before any change, in order. */
let chain: AuditRecord[];
let writer: string;
/** A checkpoint that was stored elsewhere. */
const checkpoint = join(modelgate.dir, 'checkpoint.json');

const STRANGERS_KEY = createSecretKey(randomBytes(32));

/** The report of `audit verify` on the server's chain, and its exit code. */
async function verify(...options: string[]): Promise<{ code: number | null; line: string | undefined }> {
  const { code, stdout } = await modelgate.cli(['audit', 'verify', ...options]);
  return { code, line: stdout.split('\n').find((line) => line.startsWith(`${writer}: `)) };
}

/** An original record of the server's chain, by position. */
const at = (seq: number): AuditRecord => chain[seq - 1];

const idOf = (seq: number): number => at(seq).id as number;

const brokenAt = (seq: number, reason: string): { code: number; line: string } => ({
  code: 1,
  line: `${writer}: BROKEN at record ${idOf(seq)}, seq ${seq}: ${reason}`,
});

/** A row that continues the chain after `head`, authenticated with a key. */
function following(head: { seq: number; hash: string }, key: KeyObject): Record<string, unknown> {
  const entry = { time: new Date().toISOString(), kind: 'prediction' as const, username: 'mallory' };
  const { cells } = nextRow(writer, head, entry, key).row;
  return Object.fromEntries(AUDIT_COLUMN_NAMES.map((name, i) => [name, cells[i]]));
}

const last = (): { seq: number; hash: string } => {
  const { seq, hash } = chain[chain.length - 1];
  return { seq: seq as number, hash: hash as string };
};

beforeAll(async () => {
  trail = await keptTrail(modelgate, checkpoint);
  ({ database, chain, writer } = trail);
});

afterEach(() => trail.restore());

afterAll(() => database.close());

describe('an unchanged trail', () => {
  it('is reported chain by chain, with the head of each', async () => {
    const { code, stdout } = await modelgate.cli(['audit', 'verify', '--checkpoint', checkpoint]);
    const { seq, hash } = last();
    expect(stdout.split('\n')).toEqual([
      `${writer}: ok, ${seq} records, ${at(1).time} to ${at(seq).time}, head ${seq} ${hash}`,
      expect.stringMatching(/^[0-9a-f]{12}\/cli: ok, 1 records, /) as string,
      '',
    ]);
    expect(code).toBe(0);
  });

  it('can be verified from its newest checkpoint on', async () => {
    const { seq } = last();
    expect(await verify('--from-checkpoint')).toEqual({
      code: 0,
      line: `${writer}: ok, 0 records, behind ${seq}`,
    });
  });
});

describe('a record that was changed', () => {
  it('is detected if one byte of a chained column differs', async () => {
    await database.run('UPDATE audit_records SET username = ? WHERE id = ?', ['trialuses', idOf(4)]);
    expect(await verify()).toEqual(
      brokenAt(4, 'does not follow the previous record: it was changed, swapped or inserted'),
    );
  });

  it('is detected if one byte of its content differs', async () => {
    const changed = `${at(5).request as string} `;
    await database.run('UPDATE audit_records SET request = ? WHERE id = ?', [changed, idOf(5)]);
    expect(await verify()).toEqual(brokenAt(5, 'its content was changed: its digest does not match'));
  });

  it('is detected even if its hash was recomputed', async () => {
    const cells = [...chainedCells(at(6))];
    cells[FACTS.indexOf('username')] = 'mallory';
    const hash = recordHash(at(5).hash as string, writer, 6, cells, at(6).content_digest as string);
    await database.run('UPDATE audit_records SET username = ?, hash = ? WHERE id = ?', [
      'mallory',
      hash,
      idOf(6),
    ]);
    expect(await verify()).toEqual(
      brokenAt(6, 'its authentication code is wrong: it was written without the key'),
    );
  });
});

describe('a record out of order', () => {
  it('is detected after a removal', async () => {
    await database.run('DELETE FROM audit_records WHERE id = ?', [idOf(3)]);
    expect(await verify()).toEqual(brokenAt(4, 'records 3 to 3 before it were removed'));
  });

  it('is detected after the removal of the first record', async () => {
    await database.run('DELETE FROM audit_records WHERE id IN (?, ?)', [idOf(1), idOf(2)]);
    expect(await verify()).toEqual(brokenAt(3, 'records 1 to 2 before it were removed'));
  });

  it('is detected after two records were swapped', async () => {
    const move = (id: number, seq: number) =>
      database.run('UPDATE audit_records SET seq = ? WHERE id = ?', [seq, id]);
    await move(idOf(5), -1);
    await move(idOf(6), 5);
    await move(idOf(5), 6);
    expect(await verify()).toMatchObject({
      code: 1,
      line: `${writer}: BROKEN at record ${idOf(6)}, seq 5: does not follow the previous record: it was changed, swapped or inserted`,
    });
  });
});

describe('a forgery at the end', () => {
  const reasonOf = async (): Promise<string | undefined> =>
    (await verify()).line?.replace(/^.*seq \d+: /, '');

  it('is detected if its hash is correct but its MAC was made without the key', async () => {
    await database.insert({ id: 1_000_000, ...following(last(), STRANGERS_KEY) });
    expect(await reasonOf()).toBe('its authentication code is wrong: it was written without the key');
  });

  it('is detected if its MAC is empty', async () => {
    await database.insert({ id: 1_000_000, ...following(last(), STRANGERS_KEY), mac: '' });
    expect(await reasonOf()).toBe('its authentication code is wrong: it was written without the key');
  });

  it('is detected as a separate chain', async () => {
    const forged = `${writer.split('/')[0]}/9`;
    await database.insert({
      id: 1_000_000,
      ...following({ seq: 0, hash: '' }, STRANGERS_KEY),
      writer: forged,
      hash: recordHash('', forged, 1, [], ''),
    });
    const { code, stdout } = await modelgate.cli(['audit', 'verify']);
    expect(stdout).toContain(`${forged}: BROKEN at record 1000000, seq 1: `);
    expect(code).toBe(1);
  });
});

describe('a tail that was cut off', () => {
  const cut = (): Promise<unknown> =>
    database.run('DELETE FROM audit_records WHERE writer = ? AND seq > 7', [writer]);

  it('is detected by the checkpoint in the database', async () => {
    await cut();
    expect(await verify()).toEqual({
      code: 1,
      line: `${writer}: BROKEN at seq 8: the chain ends at 7, but a signed checkpoint attests ${last().seq}: its tail was removed`,
    });
  });

  it('is detected by a checkpoint stored elsewhere, if the one in the database was deleted too', async () => {
    await cut();
    await database.run('DELETE FROM audit_checkpoints');
    expect((await verify()).code).toBe(0);
    expect(await verify('--checkpoint', checkpoint)).toMatchObject({
      code: 1,
      line: expect.stringMatching(/its tail was removed$/) as string,
    });
  });

  it('is detected if it was replaced, even by an attacker with the key', async () => {
    const { mac: key } = new AuditKeys({ dataDir: modelgate.dataDir });
    await cut();
    await database.run('DELETE FROM audit_checkpoints');
    let head = { seq: 7, hash: at(7).hash as string };
    while (head.seq < last().seq) {
      const row = following(head, key);
      expect(row.mac).toBe(recordMac(key, row.hash as string));
      await database.insert({ id: 1_000_000 + head.seq, ...row });
      head = { seq: head.seq + 1, hash: row.hash as string };
    }
    expect((await verify()).code).toBe(0);
    expect(await verify('--checkpoint', checkpoint)).toMatchObject({
      code: 1,
      line: expect.stringMatching(
        /is not the record that a signed checkpoint attests: the chain was rewritten$/,
      ) as string,
    });
  });
});

describe('a checkpoint', () => {
  it('of a pruned beginning is rejected without its signature', async () => {
    await database.run('DELETE FROM audit_records WHERE writer = ? AND seq <= 3', [writer]);
    await database.run('UPDATE audit_checkpoints SET pruned = ?, seq = 3, hash = ? WHERE writer = ?', [
      true,
      at(3).hash,
      writer,
    ]);
    expect(await verify()).toMatchObject({
      code: 1,
      line: expect.stringMatching(/is not signed with this installation's key$/) as string,
    });
  });

  it('can be verified with the public key that a command prints', async () => {
    const printed = await modelgate.run(['audit', 'public-key']);
    expect(printed).toBe(new AuditKeys({ dataDir: modelgate.dataDir }).publicKey());
  });

  it.each(['rubbish', '{}'])('is rejected in a file of %s', async (text) => {
    const path = join(modelgate.dir, 'rubbish.json');
    writeFileSync(path, text);
    expect(await modelgate.cli(['audit', 'verify', '--checkpoint', path])).toMatchObject({
      code: 1,
      stderr: `modelgate: ${path} does not contain a checkpoint\n`,
    });
  });
});

/** The chained cells of an exported record. */
function chainedCells(record: AuditRecord): (string | number | null)[] {
  return AUDIT_COLUMN_NAMES.slice(2, AUDIT_COLUMN_NAMES.indexOf('content_salt')).map((name) => record[name]);
}
