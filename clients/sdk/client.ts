/**
 * A day's work of a client that is generated from openapi.json: log in, upload a model, predict, run a job, query the
 * audit trail. It is type-checked against the document before it runs.
 */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import createClient from 'openapi-fetch';
import type { components, paths } from '../../.generated/sdk/api.js';

const {
  MODELGATE_URL = '',
  MODELGATE_USER = '',
  MODELGATE_PASSWORD = '',
  MODELGATE_MODEL_FILE = '',
} = process.env;
const ROW = [3, 102, 44, 20, 94, 30.8, 0.4, 26];

/** The data of an answer. @throws Error with the problem of one that failed */
function ok<T>({ data, error, response }: { data?: T; error?: unknown; response: Response }): T {
  if (!response.ok || data === undefined)
    throw new Error(`${response.url} answered ${response.status}: ${JSON.stringify(error)}`);
  return data;
}

function check(name: string, passed: boolean): void {
  process.stdout.write(`${passed ? 'ok' : 'FAIL'} ${name}\n`);
  if (!passed) process.exitCode = 1;
}

const formBody = (body: Record<string, unknown>): FormData => {
  const form = new FormData();
  for (const [name, value] of Object.entries(body)) form.set(name, value as string | Blob);
  return form;
};

const open = createClient<paths>({ baseUrl: MODELGATE_URL });
const token = ok(
  await open.POST('/token', {
    body: { grant_type: 'password', username: MODELGATE_USER, password: MODELGATE_PASSWORD },
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  }),
);
check('logs in', token.token_type === 'bearer');

const client = createClient<paths>({
  baseUrl: MODELGATE_URL,
  headers: { authorization: `Bearer ${token.access_token}` },
});

const file = new File([readFileSync(MODELGATE_MODEL_FILE)], 'typescript.onnx');
const model: components['schemas']['ImportedModel'] = ok(
  await client.POST('/v1/models', {
    // Generated types know a file as a string.
    body: { name: 'typescript', file: file as unknown as string },
    bodySerializer: formBody,
  }),
);
check('uploads a model', model.imported_version === '1' && model.ready);

const { data: prediction } = await client.POST('/v1/models/{name}:predict', {
  params: { path: { name: 'diabetes' } },
  body: { instances: [ROW] },
});
check('predicts', JSON.stringify(prediction) === '{"predictions":[0]}');

const accepted = ok(
  await client.POST('/v1/models/{name}/jobs', {
    params: { path: { name: 'diabetes' } },
    body: `${JSON.stringify(ROW)}\n` as never,
    bodySerializer: (body) => body as string,
    headers: { 'content-type': 'application/x-ndjson' },
  }),
);
let job = accepted;
while (job.state === 'queued' || job.state === 'running') {
  await sleep(100);
  job = ok(
    await client.GET('/v1/models/{name}/jobs/{id}', {
      params: { path: { name: 'diabetes', id: accepted.id } },
    }),
  );
}
check('runs a job', job.state === 'succeeded' && job.rows_done === 1);

const records: components['schemas']['AuditRecord'][] = [];
let cursor: string | undefined;
do {
  const page = ok(
    await client.GET('/v1/audit', {
      params: { query: { model: 'diabetes', kind: 'prediction', limit: 1, cursor } },
    }),
  );
  records.push(...page.items);
  cursor = page.next ?? undefined;
} while (cursor !== undefined);
check(
  'queries the audit trail page by page',
  records.some(({ route }) => route === '/v1/models/:name:predict' || route?.endsWith(':predict') === true),
);

const { error, response } = await client.GET('/v1/models/{name}', { params: { path: { name: 'nobody' } } });
check('knows errors by their code', response.status === 404 && error?.code === 'model_not_found');
