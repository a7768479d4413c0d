import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { bearer } from './support/bearer.js';
import { installation } from './support/installation.js';

const modelgate = installation();
const path = join(modelgate.dataDir, 'audit.key');

beforeAll(async () => {
  const server = await modelgate.serve();
  await server.http
    .post('/regression')
    .set(bearer(await server.login()))
    .send([3, 102, 44, 20, 94, 30.8, 0.4, 26])
    .expect(200);
  await server.stop();
});

describe('a data directory whose audit.key is missing beside records', () => {
  it.each([[['serve', '--port', '0']], [['audit', 'verify']], [['users', 'list']]])(
    'is refused by %j, with a way out',
    async (args) => {
      renameSync(path, `${path}.away`);
      expect(await modelgate.cli(args)).toMatchObject({
        code: 1,
        stderr: expect.stringContaining(
          `modelgate: ${path} is missing, but this data directory has audit records that it authenticates; restore the file from a backup, or run "modelgate audit new-key" to continue with a new key (older records can then no longer be authenticated)\n`,
        ) as string,
      });
      renameSync(`${path}.away`, path);
    },
  );

  it('verifies again once the key is back', async () => {
    expect((await modelgate.cli(['audit', 'verify'])).code).toBe(0);
  });

  it('continues with a new key, from the heads of its chains', async () => {
    expect(await modelgate.cli(['audit', 'new-key'])).toMatchObject({
      code: 1,
      stderr: `modelgate: ${path} exists; a new key is only for a data directory that lost it\n`,
    });
    rmSync(path);
    expect(await modelgate.run(['audit', 'new-key'])).toBe(
      'created audit.key; the chains are verified from here on\n',
    );
    const { code, stdout } = await modelgate.cli(['audit', 'verify']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/\/0: ok, 0 records, behind \d+\n/);
    expect(stdout).toMatch(/\/cli: ok, 1 records, /);
    const server = await modelgate.serve();
    await server.stop();
    expect((await modelgate.cli(['audit', 'verify'])).code).toBe(0);
  });
});
