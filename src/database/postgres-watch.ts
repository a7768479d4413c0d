import type pg from 'pg';

/** Interval of the checks. */
const EVERY_MS = 1000;
/** How long the database may take to answer a check, or to accept a connection. */
export const ANSWER_MS = 3000;

/** SQLSTATE: the server answered, if only to refuse. */
const isAnswer = (error: unknown): boolean =>
  /^[0-9A-Z]{5}$/.test(String((error as { code?: unknown }).code));

/**
 * Bounds the wait for a database that was reached and then does not answer (a frozen machine, a cut line). A limit on each
 * query would also end long queries, so one connection asks every second. While there is no answer, the connections that
 * others are waiting for are closed, and their queries fail.
 */
export class PostgresWatch {
  private readonly busy = new Set<pg.PoolClient>();
  private client: pg.Client | undefined;
  private timer: NodeJS.Timeout | undefined;
  private ended = false;

  private constructor(private readonly connectionString: string) {
    this.schedule();
  }

  /** Watches the pools of a process, one of which may end before the others. @returns ends the watch of this pool */
  static of(connectionString: string, pool: pg.Pool): () => void {
    const watch = new PostgresWatch(connectionString);
    pool.on('acquire', (client) => void watch.busy.add(client));
    pool.on('release', (_error, client) => void watch.busy.delete(client));
    pool.on('remove', (client) => void watch.busy.delete(client));
    return () => watch.end();
  }

  private schedule(): void {
    this.timer = setTimeout(() => {
      void this.check().then(() => {
        if (!this.ended) this.schedule();
      });
    }, EVERY_MS);
    this.timer.unref();
  }

  private async check(): Promise<void> {
    if (this.busy.size === 0) return;
    try {
      await this.ask();
    } catch (error) {
      this.drop();
      if (isAnswer(error)) return;
      // A client with a query in progress closes its connection at once.
      for (const client of this.busy) void (client as unknown as pg.Client).end().catch(() => undefined);
    }
  }

  private async ask(): Promise<void> {
    if (!this.client) {
      const { Client } = (await import('pg')).default;
      this.client = new Client({
        connectionString: this.connectionString,
        connectionTimeoutMillis: ANSWER_MS,
        query_timeout: ANSWER_MS,
      });
      this.client.on('error', () => this.drop());
      await this.client.connect();
    }
    await this.client.query('SELECT 1');
  }

  private drop(): void {
    const { client } = this;
    this.client = undefined;
    void client?.end().catch(() => undefined);
  }

  private end(): void {
    this.ended = true;
    clearTimeout(this.timer);
    this.drop();
  }
}
