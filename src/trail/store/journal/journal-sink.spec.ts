import { createSecretKey } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { dataSourceOptions } from '../../../../ormconfig.js';
import type { Config } from '../../../config/config.js';
import { migrate } from '../../../database/migrate.js';
import { EMPTY_CHAIN, nextRow } from '../../audit-chain.js';
import { JournalSink } from './journal-sink.js';

const WRITER = 'w/0';
const key = createSecretKey(Buffer.alloc(32));

let dataDir: string;
let dataSource: DataSource;
let sink: JournalSink;
let head = EMPTY_CHAIN;

function record() {
  const next = nextRow(WRITER, head, { time: '2026-01-01T00:00:00.000Z', kind: 'prediction' }, key);
  head = next.head;
  return next.row;
}

const stored = async (): Promise<number[]> => {
  const rows: { seq: number }[] = await dataSource.query('SELECT seq FROM audit_records ORDER BY id');
  return rows.map(({ seq }) => seq);
};

beforeEach(async () => {
  head = EMPTY_CHAIN;
  dataDir = mkdtempSync(join(tmpdir(), 'modelgate-sink-'));
  dataSource = new DataSource(dataSourceOptions({ dataDir }));
  await migrate(dataSource, dataDir);
  sink = await JournalSink.open({ dataDir } as Config, WRITER);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(async () => {
  vi.useRealTimers();
  await sink.close();
  await dataSource.destroy();
  rmSync(dataDir, { recursive: true });
});

describe('the journal before the table', () => {
  it('collects records for 250 ms', async () => {
    await sink.insert([record()]);
    await sink.insert([record(), record()]);
    vi.advanceTimersByTime(249);
    expect(await stored()).toEqual([]);
    vi.advanceTimersByTime(1);
    await vi.waitUntil(async () => (await stored()).length > 0);
    expect(await stored()).toEqual([1, 2, 3]);
  });

  it('moves them immediately if a reader needs them', async () => {
    await sink.insert([record()]);
    await sink.settle();
    expect(await stored()).toEqual([1]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('keeps records that the table rejects, and retries after 500 ms', async () => {
    await dataSource.query('ALTER TABLE audit_records RENAME TO away');
    await sink.insert([record()]);
    await expect(sink.settle()).rejects.toThrow('no such table');
    await dataSource.query('ALTER TABLE away RENAME TO audit_records');
    await sink.insert([record()]);
    vi.advanceTimersByTime(499);
    expect(await stored()).toEqual([]);
    vi.advanceTimersByTime(1);
    await sink.settle();
    expect(await stored()).toEqual([1, 2]);
  });

  it('is read by the next start if the process ended first', async () => {
    await sink.insert([record(), record()]);
    const next = await JournalSink.open({ dataDir } as Config, WRITER);
    expect(await stored()).toEqual([1, 2]);
    expect(await next.head(WRITER)).toEqual(head);
    await next.close();
  });
});
