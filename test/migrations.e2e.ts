import { describe, expect, it, onTestFinished } from 'vitest';
import { freshInstallation, ON_POSTGRES } from './support/installation.js';
import { createDatabase, runOnPostgres } from './support/postgres.js';

describe('an empty database', () => {
  it('is migrated once by three commands started at the same time', async () => {
    const modelgate = freshInstallation();
    const names = ['ada', 'bob', 'cyd'];
    await Promise.all(names.map((name) => modelgate.addUser(name, `${name}s-pass-word`)));
    expect(await modelgate.sql('SELECT username FROM users ORDER BY username')).toEqual(
      names.map((username) => ({ username })),
    );
    expect(await modelgate.sql('SELECT name FROM migrations')).toEqual([{ name: 'Initial1700000001000' }]);
    expect(await modelgate.run(['audit', 'verify'])).toMatch(/^[0-9a-f]{12}\/cli: ok, 3 records, /);
  });

  it.runIf(ON_POSTGRES)('is migrated once by three servers started at the same time', async () => {
    const database = await createDatabase(process.env.DATABASE_URL!);
    onTestFinished(() => database.drop());
    const installations = [1, 2, 3].map(() => freshInstallation({ DATABASE_URL: database.url }));
    const servers = await Promise.all(installations.map((modelgate) => modelgate.serve()));
    for (const server of servers) {
      await server.http.get('/health/ready').expect(200);
      await server.login();
    }
    expect(await runOnPostgres(database.url, 'SELECT username FROM users')).toEqual([
      { username: 'trialuser' },
    ]);
    expect(await runOnPostgres(database.url, 'SELECT name FROM models ORDER BY name')).toEqual([
      { name: 'diabetes' },
    ]);
  });
});
