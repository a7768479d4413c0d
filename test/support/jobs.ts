import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Response } from 'supertest';
import { onTestFinished } from 'vitest';
import { bearer } from './bearer.js';
import type { Server } from './server.js';

export type JobView = Readonly<Record<string, unknown>> & {
  readonly id: string;
  readonly state: string;
  readonly rows_done: number;
};

/** The process of a job and the rows that it had done when it was stopped. */
export interface Held {
  readonly runner: number;
  readonly rows: number;
}

const POLL_MS = 50;
/**
 * Longer than the time between two checkpoints, so that the next block ends with one, and than the server takes to show
 * the last one.
 */
const PAUSE_MS = 1_500;
/** How long a process works before its first pause. Each further interval is a little longer. */
const MOMENT_MS = 30;
const LONGER = 1.2;

/** The batch jobs of one user on one model. */
export class Jobs {
  constructor(
    private readonly server: Server,
    private readonly token: string,
    private readonly model: string,
  ) {}

  call(method: 'get' | 'post' | 'delete', path = '') {
    return this.server.http[method](`/v1/models/${this.model}/jobs${path}`).set(bearer(this.token));
  }

  create(text: string, query = '', type = 'text/csv') {
    return this.call('post', query).set('content-type', type).send(text);
  }

  async start(text: string, query?: string, type?: string): Promise<string> {
    const { body } = await this.create(text, query, type).expect(202);
    return (body as JobView).id;
  }

  async get(id: string): Promise<JobView> {
    return (await this.call('get', `/${id}`).expect(200)).body as JobView;
  }

  /** Waits until the job meets a condition. */
  async until(id: string, condition: (job: JobView) => boolean): Promise<JobView> {
    for (;;) {
      const job = await this.get(id);
      if (condition(job)) return job;
      await sleep(POLL_MS);
    }
  }

  finished(id: string): Promise<JobView> {
    return this.until(id, ({ state }) => state !== 'queued' && state !== 'running');
  }

  /**
   * Waits until some rows of a job are done, and pauses its process. The process runs in short intervals, because a
   * fast machine would otherwise complete the job first.
   * @param before where an earlier process, now killed, was paused
   */
  async heldAmid(id: string, before: Held = { runner: 0, rows: 0 }): Promise<Held> {
    const runner = await this.runnerAfter(before.runner);
    // A paused process keeps its server's output open, and stopping the server waits for the end of its output.
    onTestFinished(() => goOn(runner));
    for (let moment = MOMENT_MS; ; moment *= LONGER) {
      process.kill(runner, 'SIGSTOP');
      await sleep(PAUSE_MS);
      const { rows_done: done } = await this.get(id);
      if (done > before.rows) return { runner, rows: done };
      goOn(runner);
      await sleep(moment);
    }
  }

  /** The process of the server's job, its only child, once it writes results. Linux only. */
  private async runnerAfter(before: number): Promise<number> {
    const { pid } = this.server;
    for (;;) {
      const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
      const runner = children.split(' ').find((pid) => Number(pid) !== before && writesResults(pid));
      if (runner) return Number(runner);
      await sleep(1);
    }
  }

  /** The result file of a job that must succeed. */
  async results(id: string): Promise<string> {
    const job = await this.finished(id);
    if (job.state !== 'succeeded') throw new Error(`the job ended so: ${JSON.stringify(job)}`);
    const response = await this.call('get', `/${id}/results`).buffer().parse(asText).expect(200);
    return response.body as string;
  }
}

/** Reads a response of any type as text. */
function asText(response: Response, done: (error: Error | null, text: string) => void): void {
  const chunks: Buffer[] = [];
  response.on('data', (chunk: Buffer | string) => chunks.push(Buffer.from(chunk)));
  response.on('end', () => done(null, Buffer.concat(chunks).toString()));
}

/** Resumes a process that {@link Jobs.heldAmid} has paused, if it still exists. */
export function goOn(runner: number): void {
  try {
    process.kill(runner, 'SIGCONT');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Whether a process exists and has a file of results open. */
function writesResults(pid: string): boolean {
  try {
    const fds = `/proc/${pid}/fd`;
    return readdirSync(fds).some((fd) => readlinkSync(`${fds}/${fd}`).endsWith('/results'));
  } catch {
    return false;
  }
}
