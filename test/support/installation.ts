import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, onTestFinished } from 'vitest';
import { AuditDatabase } from './audit-database.js';
import { createDatabase, type Database, runOnPostgres } from './postgres.js';
import { type CliResult, type Environment, PROJECT_DIR, runModelgate, spawnModelgate } from './program.js';
import { Server } from './server.js';
import { runOnSqlite } from './sqlite.js';

/** One line of `modelgate log export --format ndjson`. */
export type AuditRecord = Readonly<Record<string, string | number | null>>;

export interface ServeOptions {
  readonly args?: readonly string[];
  readonly env?: Environment;
  /** A shell command that the server's process runs before it becomes the server: `ulimit …`. */
  readonly shell?: string;
}

export interface CliOptions {
  readonly input?: string;
  readonly env?: Environment;
}

/**
 * A data directory and its servers and commands, each a process. If DATABASE_URL is set, each installation has its own
 * PostgreSQL database on that server, else the SQLite file of its data directory.
 */
export class Installation {
  /** A temporary folder; the data directory is one of its folders. */
  readonly dir = mkdtempSync(join(tmpdir(), 'modelgate-'));
  readonly dataDir = join(this.dir, 'data');
  private readonly servers: Server[] = [];
  private database?: Promise<Database>;
  private starts = 0;

  constructor(
    private readonly env: Environment = {},
    private readonly programDir: string = PROJECT_DIR,
  ) {}

  /** Starts a server and waits until it answers. */
  async serve({ args = [], env, shell }: ServeOptions = {}): Promise<Server> {
    const portFile = join(this.dir, `ports-${(this.starts += 1)}.json`);
    const command = ['serve', ...args, '--port', '0', '--port-file', portFile];
    const child = spawnModelgate(this.programDir, command, await this.environment(env), shell);
    const server = await Server.started(child, portFile);
    this.servers.push(server);
    return server;
  }

  /** Runs a command to its end. */
  async cli(args: readonly string[], { input, env }: CliOptions = {}): Promise<CliResult> {
    return runModelgate(this.programDir, args, await this.environment(env), input);
  }

  /** Runs a command that must succeed, and returns what it printed. */
  async run(args: readonly string[], options?: CliOptions): Promise<string> {
    const { code, stdout, stderr } = await this.cli(args, options);
    if (code !== 0) throw new Error(`modelgate ${args.join(' ')} exited with ${code}: ${stderr}`);
    return stdout;
  }

  /** Adds a user on the command line. */
  async addUser(username: string, password: string, ...options: string[]): Promise<void> {
    await this.run(['users', 'add', username, '--password-stdin', ...options], { input: `${password}\n` });
  }

  /** Runs a statement on the database directly, as in a database shell. */
  async sql(statement: string): Promise<unknown[]> {
    const url = (await this.database)?.url;
    return url ? runOnPostgres(url, statement) : runOnSqlite(join(this.dataDir, 'modelgate.db'), statement);
  }

  /** The whole audit trail, oldest record first. */
  async trail(): Promise<AuditRecord[]> {
    const lines = (await this.run(['log', 'export', '--format', 'ndjson']))
      .split('\n')
      .filter((line) => line !== '');
    return lines.map((line) => JSON.parse(line) as AuditRecord);
  }

  /** Opens the database directly. */
  async openDatabase(): Promise<AuditDatabase> {
    return AuditDatabase.open(this.dataDir, (await this.environment()).DATABASE_URL);
  }

  async remove(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.kill()));
    await (await this.database)?.drop();
    await rm(this.dir, { recursive: true, force: true });
  }

  private async environment(more: Environment = {}): Promise<Environment> {
    const { DATABASE_URL } = process.env;
    if (DATABASE_URL) this.database ??= createDatabase(DATABASE_URL);
    const url = (await this.database)?.url;
    return {
      NODE_ENV: 'test',
      MODELGATE_PASSWORD_MIN_LENGTH: '8',
      MODELGATE_DATA_DIR: this.dataDir,
      ...(url && { DATABASE_URL: url }),
      ...this.env,
      ...more,
    };
  }
}

/** An installation for all tests of a file or `describe`, removed after them. */
export function installation(env?: Environment, programDir?: string): Installation {
  const made = new Installation(env, programDir);
  afterAll(() => made.remove());
  return made;
}

/** An installation for the running test, removed after it. */
export function freshInstallation(env?: Environment, programDir?: string): Installation {
  const made = new Installation(env, programDir);
  onTestFinished(() => made.remove());
  return made;
}

/** True when the tests run against PostgreSQL. */
export const ON_POSTGRES = Boolean(process.env.DATABASE_URL);

/** The records' positions in their chain, sorted; records are in order of time. */
export const sequence = (records: readonly AuditRecord[]): number[] =>
  records.map(({ seq }) => Number(seq)).sort((a, b) => a - b);
