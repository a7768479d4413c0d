import { readFileSync } from 'node:fs';
import { type ClientHttp2Session, connect } from 'node:http2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installation } from './support/installation.js';
import type { Server } from './support/server.js';

const METHOD = '/inference.GRPCInferenceService/ModelInfer';
const MEBIBYTE = Buffer.alloc(2 ** 20);
const UNAUTHENTICATED = '16';
const DEADLINE_EXCEEDED = '4';

const modelgate = installation({ MODELGATE_GRPC_PORT: '0', MODELGATE_REQUEST_SECONDS: '5' });
let server: Server;
let session: ClientHttp2Session;
beforeAll(async () => {
  server = await modelgate.serve();
  session = connect(`http://127.0.0.1:${server.ports.grpc}`, { maxSessionMemory: 1000 });
});
afterAll(() => session.destroy());

/** Begins a message of 8 MiB and sends what the server takes of its first 7. @returns the status of the call */
function beginMessage(token?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const stream = session.request({
      ':method': 'POST',
      ':path': METHOD,
      'content-type': 'application/grpc',
      te: 'trailers',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    });
    stream.on('response', (headers) => {
      if (headers['grpc-status'] !== undefined) resolve(String(headers['grpc-status']));
    });
    stream.on('error', reject);
    const prefix = Buffer.alloc(5);
    prefix.writeUInt32BE(8 * 2 ** 20 - 5, 1);
    stream.write(prefix);
    for (let i = 0; i < 7; i++) stream.write(MEBIBYTE);
  });
}

const residentBytes = (): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))?.[1]) * 1024;

describe('an unfinished gRPC message', () => {
  it('of a stranger is refused by its metadata, and holds no memory', async () => {
    const before = residentBytes();
    const statuses = await Promise.all(Array.from({ length: 60 }, () => beginMessage()));
    expect(new Set(statuses)).toEqual(new Set([UNAUTHENTICATED]));
    expect(residentBytes() - before).toBeLessThan(200 * 2 ** 20);
    const refusals = (await modelgate.trail()).filter(({ method }) => method === 'gRPC');
    expect(refusals).toHaveLength(60);
    expect(refusals[0]).toMatchObject({ status: 401, error: 'not_authenticated', address: '127.0.0.1' });
  });

  it('ends after a limited time, also where it waited for others of the caller', async () => {
    const token = await server.login();
    const statuses = await Promise.all(Array.from({ length: 30 }, () => beginMessage(token)));
    expect(statuses).toEqual(Array(30).fill(DEADLINE_EXCEEDED));
  });
});
