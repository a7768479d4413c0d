import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../../../config/config.js';
import { isLockHeld, takeLock } from '../../../database/exclusive-lock.js';
import { settleJournals } from './journal-recovery.js';

/**
 * Journals hold copies of records until later ones overwrite them. An erasure asks the process that writes each journal to
 * wipe it: the request is one byte more in this file, whose size is the number of the request.
 */
const REQUESTS = 'erasures.log';
/** What a process has wiped: the number of the last request that it has carried out. */
const done = (dataDir: string, number: number | string): string => join(dataDir, `audit-${number}.wiped`);

/** How long the writers of the journals may take. */
const WAIT_MS = 10_000;
const PAUSE_MS = 20;

export function lastRequest(dataDir: string): number {
  return statSync(join(dataDir, REQUESTS), { throwIfNoEntry: false })?.size ?? 0;
}

/** @param number of the process whose journals are wiped */
export const noteWiped = (dataDir: string, number: number, request: number): void =>
  writeFileSync(done(dataDir, number), String(request), { mode: 0o600 });

/**
 * Wipes all journals of a data directory: by the processes that write them, or here if no server runs.
 * @returns false if a process did not wipe its journals within 10 s
 */
export async function wipeJournals(config: Pick<Config, 'dataDir' | 'databaseUrl'>): Promise<boolean> {
  const { dataDir } = config;
  if (config.databaseUrl || numbers(dataDir).length === 0) return true;
  const request = lastRequest(dataDir) + 1;
  writeFileSync(join(dataDir, REQUESTS), '.', { flag: 'a', mode: 0o600 });
  for (const deadline = Date.now() + WAIT_MS; ; await sleep(PAUSE_MS)) {
    if (numbers(dataDir).every((number) => wiped(dataDir, number) >= request)) return true;
    if (await wipeAbandoned(config)) return true;
    if (Date.now() >= deadline) return false;
  }
}

/** Removes the journals of processes that this server does not have, once their records are in the table. */
export function removeJournalsBut(dataDir: string, alive: readonly number[]): void {
  for (const number of numbers(dataDir)) if (!alive.includes(Number(number))) remove(dataDir, number);
}

/** @returns false if a server runs, which writes the journals */
async function wipeAbandoned(config: Pick<Config, 'dataDir' | 'databaseUrl'>): Promise<boolean> {
  try {
    const release = await takeLock(join(config.dataDir, 'server.lock'));
    try {
      await settleJournals(config);
      for (const number of numbers(config.dataDir)) remove(config.dataDir, number);
    } finally {
      await release();
    }
    return true;
  } catch (error) {
    if (isLockHeld(error)) return false;
    throw error;
  }
}

function remove(dataDir: string, number: string): void {
  for (const half of ['a', 'b']) {
    const path = join(dataDir, `audit-${number}${half}.journal`);
    if (!existsSync(path)) continue;
    writeFileSync(path, Buffer.alloc(statSync(path).size), { flag: 'r+', flush: true });
    rmSync(path);
  }
  rmSync(done(dataDir, number), { force: true });
}

function wiped(dataDir: string, number: string): number {
  const path = done(dataDir, number);
  return existsSync(path) ? Number(readFileSync(path, 'utf8')) : 0;
}

const numbers = (dataDir: string): string[] => [
  ...new Set(readdirSync(dataDir).flatMap((name) => /^audit-(\d+)[ab]\.journal$/.exec(name)?.[1] ?? [])),
];
