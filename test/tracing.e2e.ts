import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bearer } from './support/bearer.js';
import { callGrpc } from './support/grpc-caller.js';
import { freshInstallation, installation } from './support/installation.js';
import { type ReceivedSpan, TraceCollector } from './support/trace-collector.js';

const PATIENT = [3, 102, 44, 20, 94, 30.8, 0.4, 26];
const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';
const SERVER_KIND = 2;
const modelgate = installation();
let collector: TraceCollector;
let stdout: string;

const spanOf = (requestId: string): ReceivedSpan => {
  const found = collector.spans.filter(({ attributes }) => attributes['modelgate.request_id'] === requestId);
  expect(found).toHaveLength(1);
  return found[0];
};
const childrenOf = ({ spanId }: ReceivedSpan) =>
  collector.spans
    .filter(({ parentId }) => parentId === spanId)
    .sort((a, b) => Number(a.startedAt - b.startedAt));

beforeAll(async () => {
  collector = await TraceCollector.start();
  await modelgate.addUser('root', 'roots-pass-word', '--role', 'admin');
  const server = await modelgate.serve({
    args: ['--grpc-port', '0'],
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_HEADERS: 'x-tenant=lab%207',
      OTEL_SERVICE_NAME: 'clinic',
    },
  });
  const token = await server.login('root', 'roots-pass-word');
  const headers = (id: string) => ({ ...bearer(token), 'x-request-id': id });
  await server.http
    .post('/v1/models/diabetes:predict?key=query-secret')
    .set({ ...headers('predicted'), traceparent: `00-${TRACE}-${PARENT}-01` })
    .send({ instances: [PATIENT, PATIENT] })
    .expect(200);
  await server.http
    .get('/v1/test')
    .set({ ...headers('not-sampled'), traceparent: `00-${TRACE}-${PARENT}-00` })
    .expect(200);
  await server.http.get('/nowhere').set(headers('nowhere')).expect(404);
  await server.http.get('/health/live').set(headers('probe')).expect(200);
  const inTrace = { ...bearer(token), traceparent: `00-${TRACE}-${PARENT}-01` };
  await callGrpc(server.ports.grpc!, 'ModelReady', { name: 'none' }, inTrace);
  await server.http.post('/v1/models/diabetes/unload').set(headers('unload')).expect(200);
  await server.http.post('/regression').set(headers('not-ready')).send(PATIENT).expect(503);
  expect(await server.stop()).toBe(0);
  stdout = server.stdout;
});
afterAll(() => collector.stop());

describe('the span of a request', () => {
  it('belongs to the trace of its caller', () => {
    const span = spanOf('predicted');
    expect([span.traceId, span.parentId, span.kind]).toEqual([TRACE, PARENT, SERVER_KIND]);
    expect(span.endedAt).toBeGreaterThan(span.startedAt);
  });

  it('has the attributes of the HTTP conventions, and no query', () => {
    const span = spanOf('predicted');
    expect(span.name).toBe('POST /v1/models/{name}:predict');
    expect(span.status).toBe(0);
    expect(span.attributes).toEqual({
      'http.request.method': 'POST',
      'http.route': '/v1/models/{name}:predict',
      'http.response.status_code': 200,
      'url.path': '/v1/models/diabetes:predict',
      'url.scheme': 'http',
      'client.address': '127.0.0.1',
      'modelgate.request_id': 'predicted',
    });
    expect(span.resource).toMatchObject({ 'service.name': 'clinic' });
  });

  it('has the computation and the audit record below it', () => {
    const span = spanOf('predicted');
    const children = childrenOf(span);
    expect(children.map(({ name }) => name)).toEqual(['infer diabetes', 'audit append']);
    expect(children[0].attributes).toEqual({
      'modelgate.model.name': 'diabetes',
      'modelgate.model.version': 1,
      'modelgate.rows': 2,
    });
    for (const child of children) {
      expect(child.traceId).toBe(TRACE);
      expect(child.startedAt).toBeGreaterThanOrEqual(span.startedAt);
      expect(child.endedAt).toBeLessThanOrEqual(span.endedAt);
    }
  });

  it('has no route and no error if no route matches', () => {
    const span = spanOf('nowhere');
    expect([span.name, span.status, span.parentId]).toEqual(['GET', 0, '']);
    expect(span.attributes).toMatchObject({ 'http.response.status_code': 404, 'error.type': 'not_found' });
    expect(span.attributes).not.toHaveProperty(['http.route']);
  });

  it('is an error for a 5xx, and the log lines name the trace', () => {
    const span = spanOf('not-ready');
    expect(span.status).toBe(2);
    expect(span.attributes).toMatchObject({
      'http.response.status_code': 503,
      'error.type': 'model_not_ready',
    });
    const lines = stdout.split('\n').filter((line) => line.includes('"request_id":"not-ready"'));
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      expect.objectContaining({ trace_id: span.traceId, span_id: span.spanId }),
    ]);
  });

  it('does not exist for a probe, nor if the caller did not sample the trace', () => {
    const ids = collector.spans.map(({ attributes }) => attributes['modelgate.request_id']);
    expect(ids).not.toContain('probe');
    expect(ids).not.toContain('not-sampled');
  });
});

describe('the span of a gRPC call', () => {
  it('belongs to the trace of its caller, with the attributes of the RPC conventions', () => {
    const spans = collector.spans.filter(({ attributes }) => attributes['rpc.system.name'] === 'grpc');
    expect(spans).toMatchObject([
      {
        name: 'inference.GRPCInferenceService/ModelReady',
        traceId: TRACE,
        parentId: PARENT,
        kind: SERVER_KIND,
        attributes: {
          'rpc.method': 'inference.GRPCInferenceService/ModelReady',
          'error.type': 'model_not_found',
        },
      },
    ]);
  });
});

describe('the collector', () => {
  it('gets protobuf, with the configured headers', () => {
    expect(collector.requests.length).toBeGreaterThan(0);
    for (const { url, headers } of collector.requests) {
      expect(url).toBe('/v1/traces');
      expect(headers).toMatchObject({ 'content-type': 'application/x-protobuf', 'x-tenant': 'lab 7' });
    }
    expect(stdout).not.toContain('lab 7');
  });

  it('may be unreachable: the server works and shuts down as usual', async () => {
    const alone = freshInstallation({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' });
    const server = await alone.serve();
    const token = await server.login();
    for (let i = 0; i < 5; i++)
      await server.http.post('/regression').set(bearer(token)).send(PATIENT).expect(200);
    expect(await server.stop()).toBe(0);
    expect((await alone.trail()).filter(({ kind }) => kind === 'prediction')).toHaveLength(5);
  });
});
