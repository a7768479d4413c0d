import { writeFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';

/** What a process may take. */
export interface ProcessLimits {
  /** Resident bytes. */
  readonly bytes: number;
  /** Seconds that the process may live; undefined: until it is told to end. */
  readonly seconds?: number;
}

/** What the guard writes to standard output before it ends the process. */
export type GuardVerdict = 'memory' | 'time';

const CHECK_MS = 100;

/**
 * Runs on a thread of its own, because the process it watches may be busy indefinitely. It ends the whole process group:
 * what the process started ends with it.
 */
const PROGRAM = `
const { workerData: { bytes, seconds, parent, every } } = require('node:worker_threads');
const { writeSync } = require('node:fs');
const startedAt = Date.now();
const end = (verdict) => {
  if (verdict) try { writeSync(1, verdict); } catch {}
  try { process.kill(-process.pid, 'SIGKILL'); } catch { process.kill(process.pid, 'SIGKILL'); }
};
setInterval(() => {
  if (process.ppid !== parent) end();
  else if (process.memoryUsage.rss() > bytes) end('memory');
  else if (seconds !== undefined && Date.now() - startedAt > seconds * 1000) end('time');
}, every);
`;

/** Ends this process when it exceeds its limits or its parent has exited; to the kernel, it is the first to end. */
export function guard(limits: ProcessLimits): void {
  try {
    writeFileSync('/proc/self/oom_score_adj', '1000');
  } catch {
    // This file exists on Linux only.
  }
  new Worker(PROGRAM, {
    eval: true,
    workerData: { ...limits, parent: process.ppid, every: CHECK_MS },
    stdout: false,
  }).unref();
}
