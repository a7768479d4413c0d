import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { bearer } from './support/bearer.js';
import { installation } from './support/installation.js';
import { PROJECT_DIR } from './support/program.js';

const BUNDLED = /^(@nestjs\/.*|@fastify\/.*|fastify|reflect-metadata|rxjs|typeorm|zod)$/;

const modelgate = installation();

it('the program loads no second copy of a package that is in its bundle', async () => {
  const list = join(modelgate.dir, 'packages.json');
  const preload = join(PROJECT_DIR, 'test', 'support', 'loaded-packages.cjs');
  const server = await modelgate.serve({
    env: { NODE_OPTIONS: `--require=${preload}`, LOADED_PACKAGES: list },
  });
  const user = bearer(await server.login());
  await server.http.post('/regression').set(user).send([3, 102, 44, 20, 94, 30.8, 0.4, 26]).expect(200);
  for (const path of ['/health/ready', '/docs', '/openapi.json']) await server.http.get(path).expect(200);
  expect(await server.stop()).toBe(0);

  const loaded = JSON.parse(readFileSync(list, 'utf8')) as string[];
  expect(loaded).toContain('bcrypt');
  expect(loaded.filter((name) => BUNDLED.test(name))).toEqual([]);
});
