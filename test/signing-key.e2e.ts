import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bearer, decodeToken, forgeToken, keptSecret } from './support/bearer.js';
import { freshInstallation } from './support/installation.js';

describe('the first signing key', () => {
  it('is made once for an installation, kept with mode 0600, and outlives a restart', async () => {
    const modelgate = freshInstallation();
    const first = await modelgate.serve();
    const token = await first.login();
    await first.stop();
    expect(statSync(join(modelgate.dataDir, 'keys.json')).mode & 0o777).toBe(0o600);
    expect(Buffer.from(keptSecret(modelgate.dataDir), 'base64url')).toHaveLength(48);

    const second = await modelgate.serve();
    await second.http.get('/v1/test').set(bearer(token)).expect(200);
    const elsewhere = await freshInstallation().serve();
    await elsewhere.http.get('/v1/test').set(bearer(token)).expect(401);
  });

  it('is taken over from an earlier version, with the tokens that it signed', async () => {
    const modelgate = freshInstallation();
    const secret = 'the-key-that-an-earlier-version-made-once';
    mkdirSync(modelgate.dataDir, { recursive: true });
    writeFileSync(join(modelgate.dataDir, 'jwt.key'), `${secret}\n`, { mode: 0o600 });
    const server = await modelgate.serve();
    const { header, claims } = decodeToken(await server.login());
    expect(header).toEqual({ alg: 'HS256', typ: 'JWT', kid: expect.any(String) as string });
    // Tokens named neither a key nor an audience then.
    const former = forgeToken({ alg: 'HS256', typ: 'JWT' }, { ...claims, aud: undefined }, secret);
    const test = (token: string) => server.http.get('/v1/test').set(bearer(token));
    await test(former).expect(200);
    await test(forgeToken(header, { ...claims, aud: undefined }, secret)).expect(401);
    expect(keptSecret(modelgate.dataDir)).toBe(Buffer.from(secret).toString('base64url'));
    expect(readdirSync(modelgate.dataDir)).not.toContain('jwt.key');

    await modelgate.run(['keys', 'rotate']);
    await test(former).expect(200);
    await modelgate.run(['keys', 'retire', String(header.kid)]);
    await test(former).expect(401);
    expect(readFileSync(join(modelgate.dataDir, 'keys.json'), 'utf8')).not.toContain(
      Buffer.from(secret).toString('base64url'),
    );
  });
});
