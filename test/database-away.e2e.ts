import { connect, createServer, type Server as TcpServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bearer } from './support/bearer.js';
import { Installation, ON_POSTGRES } from './support/installation.js';
import { createDatabase, type Database } from './support/postgres.js';
import { DEMO_USER, type Server } from './support/server.js';

/** A line to a database that can stall (nothing passes, no connection is closed) or be cut. */
class Line {
  readonly sockets = new Set<Socket>();
  state: 'open' | 'frozen' | 'cut' = 'open';
  private constructor(
    private readonly tcp: TcpServer,
    readonly port: number,
  ) {}

  static async to(host: string, port: number): Promise<Line> {
    const tcp = createServer((near) => {
      if (line.state === 'cut') return void near.destroy();
      const far = connect(port, host);
      for (const [from, to] of [
        [near, far],
        [far, near],
      ]) {
        line.sockets.add(from);
        from.on('data', (data) => {
          if (line.state === 'open') to.write(data);
        });
        from.on('error', () => undefined);
        from.on('close', () => {
          line.sockets.delete(from);
          to.destroy();
        });
      }
    });
    await new Promise<void>((resolve) => tcp.listen(0, '127.0.0.1', resolve));
    const line: Line = new Line(tcp, (tcp.address() as { port: number }).port);
    return line;
  }

  cut(): void {
    this.state = 'cut';
    for (const socket of this.sockets) socket.destroy();
  }

  close(): void {
    this.cut();
    this.tcp.close();
  }
}

describe.skipIf(!ON_POSTGRES)('a PostgreSQL database that is away', () => {
  const modelgate = new Installation();
  let database: Database;
  let line: Line;
  let server: Server;
  let token: string;

  beforeAll(async () => {
    database = await createDatabase(process.env.DATABASE_URL!);
    const url = new URL(database.url);
    line = await Line.to(url.hostname, Number(url.port));
    url.port = String(line.port);
    server = await modelgate.serve({ env: { DATABASE_URL: url.href } });
    token = await server.login();
  });
  afterAll(async () => {
    await modelgate.remove();
    line.close();
    await database.drop();
  });

  const predict = () =>
    server.http.post('/regression').set(bearer(token)).send([3, 102, 44, 20, 94, 30.8, 0.4, 26]);
  const logIn = () => server.http.post('/token').type('form').send(DEMO_USER);

  async function expectAway(): Promise<void> {
    const [login, prediction, ready, live] = await Promise.all([
      logIn(),
      predict(),
      server.http.get('/health/ready'),
      server.http.get('/health/live'),
    ]);
    expect(login).toMatchObject({
      status: 503,
      body: { error: 'temporarily_unavailable', detail: 'The database does not answer' },
      headers: { 'retry-after': '5' },
    });
    expect(prediction).toMatchObject({
      status: 503,
      body: {
        detail: expect.stringMatching(
          /^The (audit trail cannot be written|database does not answer)$/,
        ) as string,
      },
      headers: { 'retry-after': '5' },
    });
    expect(ready).toMatchObject({ status: 503, body: { code: 'database_unavailable' } });
    expect(live.status).toBe(200);
  }

  async function expectBack(): Promise<void> {
    while ((await server.http.get('/health/ready')).status !== 200) await sleep(100);
    while ((await predict()).status !== 200) await sleep(100);
    await logIn().expect(200);
  }

  it('answers 503 while the database is frozen, and recovers', async () => {
    line.state = 'frozen';
    await expectAway();
    await expectAway();
    // What was sent meanwhile is lost, as on a line that was cut.
    for (const socket of line.sockets) socket.destroy();
    line.state = 'open';
    await expectBack();
    expect(server.stdout).toContain('"code":"database_unavailable"');
  });

  it('answers 503 while the database is stopped, and recovers', async () => {
    line.cut();
    await expectAway();
    line.state = 'open';
    await expectBack();
    expect(server.stdout).not.toMatch(/"level":50.*(SELECT|INSERT)/);
  });
});
