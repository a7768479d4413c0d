// Starts the built program as it would run from an installed package, logs in, predicts, and stops it.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dir = mkdtempSync(join(tmpdir(), 'modelgate-smoke-'));
const portFile = join(dir, 'ports.json');
const server = spawn(
  process.execPath,
  [
    join(root, 'dist/bundle/cli.js'),
    'serve',
    '--port',
    '0',
    '--grpc-port',
    '0',
    '--data-dir',
    join(dir, 'var'),
    '--port-file',
    portFile,
  ],
  { cwd: dir, stdio: 'inherit' },
);
try {
  for (let waited = 0; !existsSync(portFile); waited += 100) {
    assert.equal(server.exitCode, null, 'the server ended');
    assert.ok(waited < 60_000, 'the server is not ready after 60 s');
    await sleep(100);
  }
  const base = `http://127.0.0.1:${JSON.parse(readFileSync(portFile, 'utf8')).http}`;
  const form = new URLSearchParams({ username: 'trialuser', password: 'trialpass123' });
  const { access_token: token } = await (await fetch(`${base}/token`, { method: 'POST', body: form })).json();
  const answer = await fetch(`${base}/regression`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: '[3,102,44,20,94,30.8,0.4,26]',
  });
  assert.deepEqual([answer.status, await answer.json()], [200, { Output: 0 }]);
  server.kill('SIGTERM');
  assert.deepEqual(await once(server, 'exit'), [0, null]);
  process.stdout.write('the built program serves, predicts and stops\n');
} finally {
  server.kill('SIGKILL');
  rmSync(dir, { recursive: true, force: true });
}
