import { statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bearer, keptSecret } from './support/bearer.js';
import { freshInstallation } from './support/installation.js';

describe('the first signing key', () => {
  it('is created once per installation, has mode 0600, and is kept over a restart', async () => {
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
});
