import { EventEmitter } from 'node:events';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { WorkerHooks } from './supervisor.js';

/** A process as node:cluster shows it. */
class FakeWorker extends EventEmitter {
  readonly process = { pid: 1, kill: vi.fn<(signal: string) => void>() };
  readonly sent: { topic?: string }[] = [];

  isConnected(): boolean {
    return true;
  }

  send(message: { topic?: string }): void {
    this.sent.push(message);
  }

  becomeReady(): void {
    this.emit('message', { topic: 'ready', id: 1, body: PORTS });
  }

  end(code = 1): void {
    this.emit('exit', code, null);
  }
}

const forked: FakeWorker[] = vi.hoisted(() => []);
vi.mock('node:cluster', () => ({
  default: {
    SCHED_RR: 2,
    setupPrimary: () => undefined,
    fork: () => {
      forked.push(new FakeWorker());
      return forked.at(-1);
    },
  },
}));
const { Supervisor } = await import('./supervisor.js');

const PORTS = { http: 8000, grpc: null, metrics: null };
const hooks = { joined: vi.fn<WorkerHooks['joined']>(), left: vi.fn<WorkerHooks['left']>() };
const onGivingUp = vi.fn<() => void>();

beforeEach(() => {
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'performance'],
  });
  forked.length = 0;
});
afterEach(() => {
  vi.useRealTimers();
  vi.clearAllMocks();
});

async function started(count = 1) {
  const supervisor = new Supervisor(count, 'program', hooks, pino({ enabled: false }), onGivingUp);
  const ports = supervisor.start();
  forked[0].becomeReady();
  await Promise.resolve();
  await Promise.resolve();
  for (const worker of forked.slice(1)) worker.becomeReady();
  expect(await ports).toEqual(PORTS);
  return supervisor;
}

/** Advances the clock. @returns how many processes were started meanwhile */
async function forksWithin(milliseconds: number): Promise<number> {
  const before = forked.length;
  await vi.advanceTimersByTimeAsync(milliseconds);
  return forked.length - before;
}

describe('a supervisor', () => {
  it('starts the first worker alone, then the others', async () => {
    const supervisor = new Supervisor(3, 'program', hooks, pino({ enabled: false }), onGivingUp);
    const ports = supervisor.start();
    expect(forked).toHaveLength(1);
    forked[0].becomeReady();
    await vi.advanceTimersByTimeAsync(0);
    expect(forked).toHaveLength(3);
    for (const worker of forked.slice(1)) worker.becomeReady();
    expect(await ports).toEqual(PORTS);
    expect(supervisor.peers(2)).toHaveLength(2);
  });

  it('fails to start when a worker ends before it is ready', async () => {
    const ports = new Supervisor(2, 'program', hooks, pino({ enabled: false }), onGivingUp).start();
    forked[0].end();
    await expect(ports).rejects.toThrow('worker 1 did not start');
    expect(forked).toHaveLength(1);
  });

  it('replaces a worker that lived long after 100 ms', async () => {
    await started();
    await vi.advanceTimersByTimeAsync(10_000);
    forked[0].end();
    expect(hooks.left).toHaveBeenCalledExactlyOnceWith(1);
    expect(await forksWithin(99)).toBe(0);
    expect(await forksWithin(1)).toBe(1);
  });

  it('waits twice as long after each short life, 10 s at most', async () => {
    await started();
    for (const delay of [200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000]) {
      forked.at(-1)!.end();
      expect(await forksWithin(delay - 1)).toBe(0);
      expect(await forksWithin(1)).toBe(1);
      forked.at(-1)!.becomeReady();
    }
    expect(onGivingUp).not.toHaveBeenCalled();
  });

  it('gives up after five starts in a row that fail', async () => {
    await started();
    forked[0].end();
    for (let failure = 1; failure <= 5; failure++) {
      expect(onGivingUp).not.toHaveBeenCalled();
      await vi.advanceTimersByTimeAsync(10_000);
      expect(forked).toHaveLength(1 + failure);
      forked.at(-1)!.end();
      await vi.advanceTimersByTimeAsync(0);
    }
    expect(onGivingUp).toHaveBeenCalledOnce();
    expect(await forksWithin(60_000)).toBe(0);
  });

  it('replaces nothing once it stops, and kills what does not stop in time', async () => {
    const supervisor = await started(2);
    const stopped = supervisor.stop(5_000);
    expect(forked.map(({ sent }) => sent.at(-1)?.topic)).toEqual(['stop', 'stop']);
    forked[0].end(0);
    await vi.advanceTimersByTimeAsync(6_999);
    expect(forked[1].process.kill).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(forked[1].process.kill).toHaveBeenCalledExactlyOnceWith('SIGKILL');
    forked[1].end(137);
    expect(await stopped).toBe(false);
    expect(await forksWithin(60_000)).toBe(0);
  });
});
