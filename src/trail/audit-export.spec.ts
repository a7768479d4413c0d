import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { exportStream } from './audit-export.js';
import type { AuditRecord } from './audit-record.entity.js';

const record = (id: number): AuditRecord => ({
  id,
  writer: 'w/0',
  seq: id,
  time: '2026-01-01T00:00:00.000Z',
  kind: 'prediction',
  action: null,
  requestId: 'é',
  actorKind: null,
  actorId: null,
  username: '=1+1',
  clientId: 'a "quoted", name',
  tokenId: null,
  address: null,
  method: 'POST',
  route: null,
  protocol: null,
  status: 200,
  error: null,
  durationMs: 1.5,
  model: null,
  version: null,
  modelDigest: null,
  rows: null,
  flags: null,
  subject: null,
  request: Buffer.from([0, 255]),
  response: '[\n1]',
  requestHeaders: null,
  contentSalt: null,
  contentDigest: 'd',
  hash: 'h',
  mac: 'm',
});

/** Pages of records, and the number of pages that were read. */
function counted(count: number, size = 1) {
  const asked = { pages: 0 };
  async function* pages(): AsyncGenerator<AuditRecord[]> {
    while (asked.pages < count) {
      asked.pages += 1;
      yield Array.from({ length: size }, (_, i) => record(asked.pages + i));
    }
  }
  return { asked, pages: pages() };
}

async function textOf(format: 'csv' | 'ndjson', pages: AsyncIterable<AuditRecord[]>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of exportStream(pages, format)) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

describe('an export', () => {
  it('quotes CSV cells, and prefixes a formula with an apostrophe', async () => {
    const [header, ...lines] = (await textOf('csv', counted(1).pages)).split('\r\n');
    expect(header).toBe(
      'date,request,response,request_header,id,kind,action,request_id,actor_kind,actor_id,username,client_id,token_id,address,' +
        'method,route,protocol,status,error,duration_ms,model,version,model_digest,rows,flags,subject,writer,seq,' +
        'content_salt,content_digest,mac,hash',
    );
    expect(lines).toEqual([
      '2026-01-01T00:00:00.000Z,"{""binary"":""AP8=""}","[\n1]",,1,prediction,,é,,,\'=1+1,"a ""quoted"", name",,,' +
        'POST,,,200,,1.5,,,,,,,w/0,1,,d,m,h',
      '',
    ]);
  });

  it('has one line of JSON per record', async () => {
    const lines = (await textOf('ndjson', counted(2).pages)).split('\n');
    expect(lines.slice(0, 2).map((line) => JSON.parse(line) as unknown)).toMatchObject([
      {
        id: 1,
        request_id: 'é',
        duration_ms: 1.5,
        request: '{"binary":"AP8="}',
        response: '[\n1]',
        mac: 'm',
      },
      { id: 2, seq: 2 },
    ]);
    expect(lines[2]).toBe('');
  });

  it('reads one page ahead of its reader, and ends when the reader does', async () => {
    const { asked, pages } = counted(100, 500);
    const reader = exportStream(pages, 'ndjson')[Symbol.asyncIterator]();
    const reached: number[] = [];
    for (let taken = 1; taken <= 4; taken++) {
      await reader.next();
      for (let i = 0; i < 10; i++) await turn();
      reached.push(asked.pages);
    }
    await reader.return?.();
    expect(reached).toEqual([2, 3, 4, 5]);
    expect(await pages.next()).toEqual({ done: true, value: undefined });
  });
});
