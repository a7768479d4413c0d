import { createSecretKey } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { EMPTY_CHAIN, nextRow } from '../../audit-chain.js';
import { AUDIT_COLUMN_NAMES } from '../../audit-columns.js';
import { readJournal } from './journal-reader.js';
import { frameOf, Journal, pieceOf } from './journal.js';

const dir = mkdtempSync(join(tmpdir(), 'modelgate-journal-'));
const path = join(dir, 'test.journal');
afterAll(() => rmSync(dir, { recursive: true }));

const BYTES = Buffer.from([0, 255, 34, 10, 92]);

const key = createSecretKey(Buffer.alloc(32));

let head = EMPTY_CHAIN;
function record(request: string | Buffer) {
  const next = nextRow('w/0', head, { time: '2026-01-01T00:00:00.000Z', kind: 'prediction', request }, key);
  head = next.head;
  return next.row;
}

const REQUEST = AUDIT_COLUMN_NAMES.indexOf('request');
const requests = () => readJournal(path).rows.map(({ cells }) => cells[REQUEST]);

describe('a journal', () => {
  let journal: Journal;
  beforeEach(async () => {
    journal = await Journal.open(path, 1);
  });

  it('returns whole groups in order, with any text and bytes', async () => {
    const first = [record('[1]'), record(BYTES), record('"a\u0000é\u{1f600}"')];
    const second = [record(Buffer.alloc(0))];
    await journal.append(frameOf(first));
    await journal.append(frameOf(second));
    expect(readJournal(path)).toEqual({ epoch: 1, rows: [...first, ...second] });
  });

  it('ends before an incomplete frame', async () => {
    await journal.append(frameOf([record('whole')]));
    const end = journal.size;
    await journal.append(frameOf([record('torn')]));
    const file = readFileSync(path);
    file[end + 20] ^= 1;
    writeFileSync(path, file);
    expect(requests()).toEqual(['whole']);
  });

  it('ends before a frame whose bytes do not match its record', async () => {
    await journal.append(frameOf([record('whole')]));
    const end = journal.size;
    await journal.append(frameOf([record(BYTES)]));
    const file = readFileSync(path);
    file[file.indexOf(BYTES, end)] ^= 1;
    writeFileSync(path, file);
    expect(requests()).toEqual(['whole']);
  });

  it('returns contents that were written in pieces, with other records between them', async () => {
    const content = Buffer.from('a content in three pieces');
    const pieces = [content.subarray(0, 10), content.subarray(10, 20), content.subarray(20)];
    await journal.append(pieceOf(7, pieces[0]));
    await journal.append(frameOf([record('between')]));
    await journal.append(pieceOf(7, pieces[1]));
    await journal.append(pieceOf(7, pieces[2]));
    await journal.append(pieceOf(8, Buffer.from('of a record that never came')));
    await journal.append(frameOf([record(content), record(BYTES)], new Map([[content, 7]])));
    expect(requests()).toEqual(['between', content, BYTES]);
  });

  it('ignores frames from before its restart, also behind the new ones', async () => {
    await journal.append(frameOf([record('old 1')]));
    await journal.append(frameOf([record('old 2')]));
    journal.restart(2);
    await journal.append(frameOf([record('new')]));
    expect(readJournal(path).epoch).toBe(2);
    expect(requests()).toEqual(['new']);
  });

  it('is empty if there is no file', () => {
    expect(readJournal(join(dir, 'none.journal'))).toEqual({ epoch: 0, rows: [] });
  });
});
