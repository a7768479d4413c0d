import { beforeAll, describe, expect, it } from 'vitest';
import { bearer } from './support/bearer.js';
import { installation } from './support/installation.js';
import type { Server } from './support/server.js';

const modelgate = installation();
let server: Server;
let token: string;
beforeAll(async () => {
  await modelgate.addUser('olga', 'olgas-pass-word', '--role', 'operator');
  server = await modelgate.serve();
  token = await server.login('olga', 'olgas-pass-word');
});

const post = (path: string, body: string, type: string) =>
  fetch(`${server.url}/${path}`, {
    method: 'POST',
    headers: { 'content-type': type, ...bearer(token) },
    body,
  });

describe('a form with a file', () => {
  it.each([
    ['v1/models', 'multipart/form-data'],
    ['v1/models', 'multipart/form-data; boundary=x'],
    ['v1/models/diabetes/jobs', 'multipart/form-data'],
    ['v1/models/diabetes/jobs', 'multipart/form-data; boundary=x'],
  ])('that is broken is a 400: %s %s', async (path, type) => {
    for (const body of [
      '',
      'nonsense',
      '--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n1,2',
      '--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\nContent-Type: text/csv\r\n\r\n1,2\r\n--x',
      '--x\r\n\r\n\r\n--x--',
    ]) {
      const answer = await post(path, body, type);
      expect([body, answer.status, await answer.text()]).toEqual([body, 400, expect.any(String)]);
    }
  });
});
