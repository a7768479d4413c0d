import { chmodSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sqlite3 from 'sqlite3';
import { beforeEach, describe, expect, it } from 'vitest';
import { freshInstallation, type Installation, ON_POSTGRES } from './support/installation.js';
import { copyProgram } from './support/program-copy.js';

/** The line on standard error that `serve` must exit with. */
async function failure(
  modelgate: Installation,
  env: Record<string, string> = {},
  ...args: string[]
): Promise<string> {
  const { code, stderr } = await modelgate.cli(['serve', '--port', '0', ...args], { env });
  expect(stderr).toMatch(/^modelgate: [^\n]+\n$/);
  expect(code).toBe(1);
  return stderr.slice('modelgate: '.length, -1);
}

async function startAndStop(modelgate: Installation): Promise<void> {
  expect(await (await modelgate.serve()).stop()).toBe(0);
}

describe('a start fails with one clear line and exit code 1', () => {
  describe('for a damaged model package with --strict:', () => {
    let modelgate: Installation;
    let shipped: string;
    beforeEach(() => {
      const program = freshInstallation().dir;
      modelgate = freshInstallation({}, copyProgram(join(program, 'program')));
      shipped = join(program, 'program', 'models', 'diabetes', '1');
    });

    it('the weights are altered', async () => {
      const weights = join(shipped, 'weights.bin');
      const bytes = readFileSync(weights);
      bytes[5] ^= 1;
      writeFileSync(weights, bytes);
      expect(await failure(modelgate, {}, '--strict')).toBe(
        `${shipped}: weights.bin does not have the SHA-256 that modelgate.json records`,
      );
    });

    it('the weights are cut short after a good start', async () => {
      await startAndStop(modelgate);
      truncateSync(join(shipped, 'weights.bin'), 10);
      expect(await failure(modelgate, {}, '--strict')).toBe(
        `${shipped}: weights.bin has 10 bytes instead of 36`,
      );
    });

    it('the package is missing after a good start', async () => {
      await startAndStop(modelgate);
      rmSync(shipped, { recursive: true });
      expect(await failure(modelgate, {}, '--strict')).toBe(`${shipped}: modelgate.json is missing`);
    });

    it('the manifest is not valid', async () => {
      writeFileSync(join(shipped, 'modelgate.json'), '{"schemaVersion": 1}');
      expect(await failure(modelgate, {}, '--strict')).toMatch(
        /^.*models\/diabetes\/1: modelgate\.json: name: /,
      );
    });

    it('an imported model is damaged in the data directory', async () => {
      await modelgate.run([
        'models',
        'import',
        join(import.meta.dirname, 'fixtures', 'onnx', 'pima-logistic.onnx'),
      ]);
      const dir = join(modelgate.dataDir, 'models', 'pima-logistic', '1');
      truncateSync(join(dir, 'model.onnx'), 100);
      expect(await failure(modelgate, {}, '--strict')).toBe(
        `${dir}: model.onnx has 100 bytes instead of 194`,
      );
    });

    it('a file to be served is not a model', async () => {
      const file = join(modelgate.dir, 'notes.txt');
      writeFileSync(file, 'not a model');
      expect(await failure(modelgate, {}, file)).toMatch(
        new RegExp(`^${file}: not a model of a known format; `),
      );
    });
  });

  it('the data directory cannot be created', async () => {
    const modelgate = freshInstallation();
    const file = join(modelgate.dir, 'file');
    writeFileSync(file, '');
    expect(await failure(modelgate, {}, '--data-dir', join(file, 'data'))).toBe(
      `cannot write to the data directory ${join(file, 'data')} (ENOTDIR)`,
    );
    expect(await failure(modelgate, {}, '--data-dir', file)).toBe(
      `cannot write to the data directory ${file} (EEXIST)`,
    );
  });

  it('the port is in use', async () => {
    const { ports } = await freshInstallation().serve();
    const args = ['--port', String(ports.http)];
    expect(await failure(freshInstallation(), {}, ...args)).toBe(
      `port ${ports.http} on 127.0.0.1 is in use; choose another with --port`,
    );
  });

  it('the signing key can be read by others', async () => {
    const modelgate = freshInstallation();
    await startAndStop(modelgate);
    const key = join(modelgate.dataDir, 'keys.json');
    chmodSync(key, 0o644);
    expect(await failure(modelgate)).toBe(`${key} can be read by other users; run: chmod 600 ${key}`);
  });

  describe.skipIf(ON_POSTGRES)('because of the SQLite file:', () => {
    it('a newer version wrote it', async () => {
      const modelgate = freshInstallation();
      await startAndStop(modelgate);
      await execute(
        join(modelgate.dataDir, 'modelgate.db'),
        "INSERT INTO migrations (timestamp, name) VALUES (9999999999999, 'Future9999999999999')",
      );
      expect(await failure(modelgate)).toBe(
        'the database was written by a newer version (it has the migration Future9999999999999); upgrade Modelgate',
      );
      const { code, stderr } = await modelgate.cli(['users', 'list']);
      expect([code, stderr]).toEqual([
        1,
        'modelgate: the database was written by a newer version (it has the migration Future9999999999999); upgrade Modelgate\n',
      ]);
    });

    it('the file is not a database', async () => {
      const modelgate = freshInstallation();
      await startAndStop(modelgate);
      writeFileSync(
        join(modelgate.dataDir, 'modelgate.db'),
        'not a database at all, and long enough to hold a header'.repeat(9),
      );
      expect(await failure(modelgate)).toBe(
        'cannot open the database: SQLITE_NOTADB: file is not a database',
      );
    });
  });

  describe('because of the configuration:', () => {
    it.each([
      [
        'a secret of 31 bytes',
        { MODELGATE_JWT_SECRET: 's'.repeat(31) },
        'MODELGATE_JWT_SECRET must have at least 32 bytes',
      ],
      [
        'a port that is no number',
        { MODELGATE_RATE_LIMIT: 'many' },
        'MODELGATE_RATE_LIMIT must be a whole number',
      ],
      [
        'a database of another kind',
        { DATABASE_URL: 'mysql://user:pass-in-url@host/db' },
        'DATABASE_URL must be a postgres:// or postgresql:// address',
      ],
      [
        'proxies that are no addresses',
        { MODELGATE_TRUST_PROXY: 'example.org' },
        'MODELGATE_TRUST_PROXY must be true, false, a number of proxies, or a list of addresses and networks',
      ],
    ])('%s', async (_case, env, fault) => {
      expect(await failure(freshInstallation(), env)).toBe(`wrong configuration: ${fault}`);
    });

    it('all faults are named together, without values', async () => {
      const env = {
        MODELGATE_PORT: '70000',
        MODELGATE_JWT_SECRET: 'shortsecret',
        MODELGATE_TOKEN_MINUTES: 'halfanhour',
        MODELGATE_LOGIN_RATE_LIMIT: '-1',
        MODELGATE_LOG_LEVEL: 'chatty',
        MODELGATE_TRUST_PROXY: 'example.org',
        DATABASE_URL: 'postgre:user:pass-in-url@host/db',
      };
      const modelgate = freshInstallation();
      const { code, stdout, stderr } = await modelgate.cli(['serve'], { env });
      expect([code, stdout]).toEqual([1, '']);
      const [, faults] = /^modelgate: wrong configuration: (.*)\n$/.exec(stderr)!;
      expect(
        faults
          .split('; ')
          .map((fault) => fault.split(' ', 1)[0])
          .sort(),
      ).toEqual(Object.keys(env).sort());
      for (const value of Object.values(env)) expect(stderr).not.toContain(value);
    });
  });
});

function execute(path: string, sql: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const database = new sqlite3.Database(path);
    database.exec(sql, (error) =>
      error ? reject(error) : database.close((fault) => (fault ? reject(fault) : resolve())),
    );
  });
}
