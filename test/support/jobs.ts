import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Response } from 'supertest';
import { bearer } from './bearer.js';
import type { Server } from './server.js';

export type JobView = Readonly<Record<string, unknown>> & {
  readonly id: string;
  readonly state: string;
  readonly rows_done: number;
};

const POLL_MS = 50;

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

  /** Waits until the job is as `condition` says. */
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

  /** The result file of a job that must succeed. */
  async results(id: string): Promise<string> {
    const job = await this.finished(id);
    if (job.state !== 'succeeded') throw new Error(`the job ended so: ${JSON.stringify(job)}`);
    const response = await this.call('get', `/${id}/results`).buffer().parse(asText).expect(200);
    return response.body as string;
  }
}

/** Reads an answer of any type as text. */
function asText(response: Response, done: (error: Error | null, text: string) => void): void {
  const chunks: Buffer[] = [];
  response.on('data', (chunk: Buffer | string) => chunks.push(Buffer.from(chunk)));
  response.on('end', () => done(null, Buffer.concat(chunks).toString()));
}

/** The process that works on a server's job, its only child; on Linux. */
export function runnerOf(server: Server): number {
  const { pid } = server;
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')[0]);
}
