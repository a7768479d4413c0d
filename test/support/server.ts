import { existsSync, readFileSync } from 'node:fs';
import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import supertest from 'supertest';
import { exitOf } from './program.js';

/** The ports that a server wrote into its port file. */
export interface Ports {
  readonly http: number;
  readonly grpc: number | null;
  /** Port of the metrics without a token. */
  readonly metrics: number | null;
}

/** Maximum duration of a start. A busy machine needs most of a minute. */
const START_MS = 300_000;

/** A running server, a separate process that tests use only through its ports and signals. */
export class Server {
  private constructor(
    private readonly child: ChildProcess,
    readonly ports: Ports,
    private readonly output: Output,
  ) {}

  /** Waits until the server answers. @throws Error with its output if it exits instead */
  static async started(child: ChildProcess, portFile: string): Promise<Server> {
    const output = new Output(child);
    const deadline = Date.now() + START_MS;
    while (!existsSync(portFile) || readFileSync(portFile, 'utf8') === '') {
      if (child.exitCode !== null || child.signalCode !== null || Date.now() > deadline) {
        child.kill('SIGKILL');
        await output.exit;
        throw new Error(`the server did not start:\n${output.stdout}${output.stderr}`);
      }
      await sleep(20);
    }
    return new Server(child, JSON.parse(readFileSync(portFile, 'utf8')) as Ports, output);
  }

  /** Its output so far. */
  get stdout(): string {
    return this.output.stdout;
  }

  get stderr(): string {
    return this.output.stderr;
  }

  get pid(): number {
    return this.child.pid!;
  }

  get url(): string {
    return `http://127.0.0.1:${this.ports.http}`;
  }

  /** supertest on this server. */
  get http() {
    return supertest(this.url);
  }

  /** Logs in with the OAuth2 password grant and returns the bearer token. */
  async login(username: string = DEMO_USER.username, password: string = DEMO_USER.password): Promise<string> {
    const { body } = await this.http.post('/token').type('form').send({ username, password }).expect(200);
    return (body as { access_token: string }).access_token;
  }

  /** Sends SIGTERM and waits for the exit. @returns the exit code */
  stop(): Promise<number | null> {
    this.child.kill('SIGTERM');
    return this.output.exit;
  }

  /** Sends a signal without waiting. */
  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** The exit code once the process has exited. */
  ended(): Promise<number | null> {
    return this.output.exit;
  }

  /** Ends the process immediately, like a crash. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.output.exit;
  }
}

/** The reference app's user, which a server creates at its first start outside production. */
export const DEMO_USER = { username: 'trialuser', password: 'trialpass123' } as const;

/** The output of a process from its first byte. */
class Output {
  stdout = '';
  stderr = '';
  readonly exit: Promise<number | null>;

  constructor(child: ChildProcess) {
    this.exit = exitOf(child);
    child.stdin!.end();
    child.stdout!.on('data', (chunk: Buffer) => (this.stdout += chunk.toString()));
    child.stderr!.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
  }
}
