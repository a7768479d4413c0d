import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bearer } from './support/bearer.js';
import { freshInstallation } from './support/installation.js';

describe('the signing key', () => {
  it('is made once for an installation, kept with mode 0600, and outlives a restart', async () => {
    const modelgate = freshInstallation();
    const first = await modelgate.serve();
    const token = await first.login();
    await first.stop();
    const path = join(modelgate.dataDir, 'jwt.key');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(path, 'utf8')).toMatch(/^[\w-]{64}$/);

    const second = await modelgate.serve();
    await second.http.get('/v1/test').set(bearer(token)).expect(200);
    const elsewhere = await freshInstallation().serve();
    await elsewhere.http.get('/v1/test').set(bearer(token)).expect(401);
  });
});
