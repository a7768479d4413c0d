import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { bearer } from './support/bearer.js';
import { callGrpc } from './support/grpc-caller.js';
import { freshInstallation, installation } from './support/installation.js';
import { PROJECT_DIR } from './support/program.js';
import { Exposition } from './support/exposition.js';
import type { Server } from './support/server.js';

const modelgate = installation({ MODELGATE_METRICS_PORT: '0', MODELGATE_RATE_LIMIT: '13' });
const [INVALID_ARGUMENT, RESOURCE_EXHAUSTED, UNAUTHENTICATED] = [3, 8, 16];
const PATIENT = [3, 102, 44, 20, 94, 30.8, 0.4, 26];
/** A model whose rows are batched, as for scikit-learn. */
const SKLEARN_MODEL = join(
  import.meta.dirname,
  'fixtures',
  'sklearn',
  '1.9.1',
  'pima-logistic-joblib.joblib',
);
let server: Server;
let metrics: Exposition;

/** The current metrics from the port without a token. */
const scrape = async (): Promise<Exposition> =>
  new Exposition(await (await fetch(`http://127.0.0.1:${server.ports.metrics}/metrics`)).text());

const tokenAnswer = (form: object) => server.http.post('/token').type('form').send(form);

beforeAll(async () => {
  await modelgate.addUser('root', 'roots-pass-word', '--role', 'admin');
  await modelgate.addUser('ann', 'anns-pass-word');
  await modelgate.run(['models', 'import', SKLEARN_MODEL, '--name', 'batched']);
  server = await modelgate.serve({ args: ['--grpc-port', '0'] });
  const token = bearer(await server.login('ann', 'anns-pass-word'));
  const root = { username: 'root', password: 'roots-pass-word' };
  await tokenAnswer({ ...root, password: 'wrong-pass-word' }).expect(401);
  await tokenAnswer({ ...root, grant_type: 'password', scope: 'nonsense' }).expect(400);
  await tokenAnswer({ ...root, grant_type: 'made-up' }).expect(400);
  const predict = (path: string, body: object) => server.http.post(path).set(token).send(body);
  await predict('/regression', PATIENT).expect(200);
  await predict('/regression', PATIENT).expect(200);
  await predict('/regression', [1, 2]).expect(422);
  const rows = { instances: [PATIENT, PATIENT, PATIENT] };
  await predict('/v1/models/diabetes:predict', rows).expect(200);
  await predict('/v1/models/batched:predict', rows).expect(200);
  await predict('/v1/models/batched:predict', { instances: [PATIENT] }).expect(200);
  await predict('/v1/models/none:predict', rows).expect(404);
  await predict('/v1/models/gone:predict', rows).expect(404);
  const inputs = [{ name: 'input', shape: [2, 8], datatype: 'FP32', data: [...PATIENT, ...PATIENT] }];
  await predict('/v2/models/diabetes/infer', { inputs }).expect(200);
  await predict('/v2/models/diabetes/versions/77/infer', { inputs }).expect(404);
  await predict('/regression', PATIENT).expect(200);
  const infer = (contents: number[], headers: Record<string, string>) =>
    callGrpc(
      server.ports.grpc!,
      'ModelInfer',
      {
        model_name: 'diabetes',
        inputs: [{ name: 'x', datatype: 'FP64', shape: [1, 8], contents: { fp64_contents: contents } }],
      },
      headers,
    );
  expect(await infer(PATIENT, token)).toBe(0);
  expect(await infer([1, 2], token)).toBe(INVALID_ARGUMENT);
  expect(await infer(PATIENT, token)).toBe(RESOURCE_EXHAUSTED);
  expect(await infer(PATIENT, {})).toBe(UNAUTHENTICATED);
  await predict('/regression', PATIENT).expect(429);
  await server.http.get('/nowhere/1').expect(404);
  await server.http.get('/nowhere/2').expect(404);
  await server.http.get('/v1/%zz').expect(400);
  metrics = await scrape();
});

describe('counters', () => {
  it('count requests by method, route and status, and all requests without a route as one', () => {
    expect(metrics.samples('modelgate_http_requests_total')).toEqual({
      'method="POST",route="/token",status="200"': 1,
      'method="POST",route="/token",status="400"': 2,
      'method="POST",route="/token",status="401"': 1,
      'method="POST",route="/regression",status="200"': 3,
      'method="POST",route="/regression",status="422"': 1,
      'method="POST",route="/regression",status="429"': 1,
      'method="POST",route="/v1/models/{name}:predict",status="200"': 3,
      'method="POST",route="/v1/models/{name}:predict",status="404"': 2,
      'method="POST",route="/v2/models/{name}/infer",status="200"': 1,
      'method="POST",route="/v2/models/{name}/versions/{version}/infer",status="404"': 1,
      'method="GET",route="unknown",status="404"': 2,
      'method="GET",route="unknown",status="400"': 1,
    });
  });

  it('count predictions and rows by registered model, answering version, protocol and outcome', () => {
    expect(metrics.samples('modelgate_predictions_total')).toEqual({
      'model="diabetes",version="1",protocol="reference",outcome="success"': 3,
      'model="diabetes",version="",protocol="reference",outcome="validation_failed"': 1,
      'model="diabetes",version="1",protocol="v1",outcome="success"': 1,
      'model="batched",version="1",protocol="v1",outcome="success"': 2,
      'model="diabetes",version="1",protocol="grpc",outcome="success"': 1,
      'model="diabetes",version="",protocol="grpc",outcome="invalid_input"': 1,
      'model="unknown",version="",protocol="v1",outcome="model_not_found"': 2,
      'model="diabetes",version="1",protocol="v2",outcome="success"': 1,
      'model="diabetes",version="",protocol="v2",outcome="model_not_found"': 1,
    });
    expect(metrics.samples('modelgate_prediction_rows_total')).toEqual({
      'model="diabetes",version="1",protocol="reference"': 3,
      'model="diabetes",version="1",protocol="v1"': 3,
      'model="diabetes",version="1",protocol="v2"': 2,
      'model="batched",version="1",protocol="v1"': 4,
      'model="diabetes",version="1",protocol="grpc"': 1,
    });
  });

  it('count gRPC calls by method and code', () => {
    const method = '/inference.GRPCInferenceService/ModelInfer';
    expect(metrics.samples('modelgate_grpc_requests_total')).toEqual({
      [`method="${method}",code="OK"`]: 1,
      [`method="${method}",code="invalid_input"`]: 1,
      [`method="${method}",code="rate_limited"`]: 1,
      [`method="${method}",code="not_authenticated"`]: 1,
    });
    expect(metrics.value('modelgate_grpc_request_duration_seconds_count', `method="${method}"`)).toBe(4);
  });

  it('count tokens by grant, rejections by reason, failed logins and rate-limited requests', () => {
    expect(metrics.samples('modelgate_tokens_issued_total')).toEqual({ 'grant="password"': 1 });
    expect(metrics.samples('modelgate_tokens_refused_total')).toEqual({
      'grant="password",reason="invalid_credentials"': 1,
      'grant="password",reason="invalid_scope"': 1,
      'grant="other",reason="unsupported_grant_type"': 1,
    });
    expect(metrics.value('modelgate_login_failures_total')).toBe(1);
    expect(metrics.samples('modelgate_rate_limited_total')).toEqual({ 'kind="call"': 2 });
  });
});

describe('histograms', () => {
  it('have a count for every observation, cumulative up to +Inf', () => {
    for (const name of metrics.names('histogram')) {
      for (const buckets of metrics.histograms(name)) {
        expect(buckets.counts).toEqual([...buckets.counts].sort((a, b) => a - b));
        expect([name, buckets.counts.at(-1)]).toEqual([name, buckets.count]);
      }
    }
    expect(metrics.value('modelgate_prediction_duration_seconds_count', 'model="diabetes",version="1"')).toBe(
      6,
    );
    expect(
      metrics.value('modelgate_http_request_duration_seconds_count', 'method="POST",route="/regression"'),
    ).toBe(5);
  });

  it('include the sizes of batches', () => {
    const sums = ['modelgate_batch_rows_sum', 'modelgate_batch_requests_sum'];
    expect(sums.map((name) => metrics.value(name, 'model="batched"'))).toEqual([4, 2]);
    expect(metrics.value('modelgate_batch_queue_rows', 'model="batched"')).toBe(0);
  });

  it('include the commits of the audit trail', async () => {
    const records = async () => (await scrape()).value('modelgate_audit_commit_records_sum');
    await expect.poll(records).toBe(23);
    const commits = metrics.value('modelgate_audit_commit_duration_seconds_count');
    expect(commits).toBeGreaterThan(0);
    expect(metrics.value('modelgate_audit_commit_records_count')).toBe(commits);
    expect(metrics.value('modelgate_audit_commit_failures_total')).toBe(0);
    expect(metrics.value('modelgate_audit_queue_records')).toBe(0);
  });
});

describe('gauges', () => {
  it('include the process and the loaded models', () => {
    const { version } = JSON.parse(readFileSync(join(PROJECT_DIR, 'package.json'), 'utf8')) as {
      version: string;
    };
    expect(metrics.samples('modelgate_build_info')).toEqual({
      [`version="${version}",node="${process.versions.node}"`]: 1,
    });
    expect(metrics.value('modelgate_models_loaded')).toBe(2);
    expect(metrics.samples('modelgate_model_info')).toEqual({
      'model="batched",version="1",runtime="sklearn"': 1,
      'model="diabetes",version="1",runtime="tfjs"': 1,
    });
    expect(metrics.value('nodejs_eventloop_lag_p99_seconds')).toBeGreaterThan(0);
    expect(metrics.value('process_resident_memory_bytes')).toBeGreaterThan(1e6);
  });

  it('include requests in flight, and count a disconnected one as 499', async () => {
    const inFlight = async () => (await scrape()).value('modelgate_http_requests_in_flight');
    expect(await inFlight()).toBe(0);
    const socket = connect(server.ports.http, '127.0.0.1');
    socket.write('POST /token HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n');
    socket.write('content-type: application/x-www-form-urlencoded\r\n\r\nusername=');
    await expect.poll(inFlight).toBe(1);
    socket.destroy();
    await expect.poll(inFlight).toBe(0);
    const after = await scrape();
    expect(after.value('modelgate_http_requests_total', 'method="POST",route="/token",status="499"')).toBe(1);
  });
});

describe('GET /metrics', () => {
  it('requires the scope metrics:read', async () => {
    await server.http.get('/metrics').expect(401);
    const { body } = await server.http
      .get('/metrics')
      .set(bearer(await server.login('ann', 'anns-pass-word')))
      .expect(403);
    expect(body).toMatchObject({ code: 'insufficient_scope' });
    const root = bearer(await server.login('root', 'roots-pass-word'));
    const { text, headers } = await server.http.get('/metrics').set(root).expect(200);
    expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(new Exposition(text).names()).toEqual(metrics.names());
  });

  it('fails at start if its port is in use', async () => {
    const { code, stderr } = await freshInstallation().cli(['serve', '--port', '0'], {
      env: { MODELGATE_METRICS_PORT: String(server.ports.metrics) },
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/cannot listen for metrics on 127\.0\.0\.1:\d+: .*EADDRINUSE/);
  });

  it('is the only thing on the port without a token', async () => {
    const base = `http://127.0.0.1:${server.ports.metrics}`;
    const statusOf = async (path: string, method = 'GET') => (await fetch(base + path, { method })).status;
    expect(await statusOf('/metrics?x=1')).toBe(200);
    expect(await statusOf('/metrics', 'POST')).toBe(405);
    expect(await statusOf('/v1/models')).toBe(404);
  });
});

describe('the documentation of the metrics', () => {
  it('has a table in docs/metrics.md of exactly the metrics of Modelgate', () => {
    const page = readFileSync(join(PROJECT_DIR, 'docs', 'metrics.md'), 'utf8');
    const documented = [...page.matchAll(/^\| `(modelgate_\w+)` \| (\w+) \|/gm)].map(
      ([, name, type]) => `${name} ${type}`,
    );
    const ours = metrics.names().filter((name) => name.startsWith('modelgate_'));
    expect(documented.sort()).toEqual(ours.map((name) => `${name} ${metrics.typeOf(name)}`).sort());
  });

  it('has a Grafana dashboard that uses only existing metrics', () => {
    const dashboard = readFileSync(join(PROJECT_DIR, 'docs', 'grafana', 'modelgate.json'), 'utf8');
    const { panels } = JSON.parse(dashboard) as { panels: { targets?: { expr: string }[] }[] };
    const asked = panels
      .flatMap(({ targets = [] }) => targets)
      .flatMap(({ expr }) => expr.match(/\b(?:modelgate|process|nodejs)_\w+/g) ?? []);
    const there = metrics
      .names()
      .flatMap((name) =>
        metrics.typeOf(name) === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
      );
    expect(asked.length).toBeGreaterThan(15);
    expect(asked.filter((name) => !there.includes(name))).toEqual([]);
  });
});
