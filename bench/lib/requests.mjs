/** One prediction's request, protocol by protocol, and how to read the labels out of its answer. */

const JSON_HEADERS = { 'Content-Type': 'application/json' };

/** The reference app's own route: one row. */
export function regression([row]) {
  return {
    path: '/regression',
    headers: JSON_HEADERS,
    body: JSON.stringify(row),
    labels: (body) => [JSON.parse(body).Output],
  };
}

/** KServe V1. */
export function v1(rows, { model }) {
  return {
    path: `/v1/models/${model}:predict`,
    headers: JSON_HEADERS,
    body: JSON.stringify({ instances: rows }),
    labels: (body) => JSON.parse(body).predictions,
  };
}

/** Open Inference Protocol V2, tensors as JSON. */
export function v2(rows, { model, input }) {
  const tensor = { name: input, datatype: 'FP64', shape: [rows.length, rows[0].length], data: rows.flat() };
  return {
    path: `/v2/models/${model}/infer`,
    headers: JSON_HEADERS,
    body: JSON.stringify({ inputs: [tensor] }),
    labels: (body) => JSON.parse(body).outputs[0].data.map(Number),
  };
}

/** Open Inference Protocol V2, tensors as bytes in both directions (binary tensor data extension). */
export function v2Binary(rows, { model, input }) {
  const values = Float64Array.from(rows.flat());
  const parameters = { binary_data_size: values.byteLength };
  const tensor = { name: input, datatype: 'FP64', shape: [rows.length, rows[0].length], parameters };
  const header = JSON.stringify({ inputs: [tensor], parameters: { binary_data_output: true } });
  return {
    path: `/v2/models/${model}/infer`,
    headers: {
      'Content-Type': 'application/octet-stream',
      'Inference-Header-Content-Length': String(Buffer.byteLength(header)),
    },
    body: Buffer.concat([Buffer.from(header), Buffer.from(values.buffer)]),
    labels: (body, headers) => binaryLabels(body, Number(headers.get('inference-header-content-length'))),
  };
}

const READERS = {
  FP64: (bytes) => new Float64Array(bytes),
  FP32: (bytes) => new Float32Array(bytes),
  INT64: (bytes) => new BigInt64Array(bytes),
  INT32: (bytes) => new Int32Array(bytes),
};

function binaryLabels(body, headerLength) {
  const { outputs } = JSON.parse(body.toString('utf8', 0, headerLength));
  // A copy, since a typed array must begin at a multiple of its element's size.
  const bytes = Uint8Array.from(body.subarray(headerLength)).buffer;
  return Array.from(READERS[outputs[0].datatype](bytes), Number);
}

/**
 * A request to a subject, ready to send.
 * @throws Error unless the subject answers it with the labels expected: a wrong answer is not worth timing
 */
export async function checkedRequest(subject, protocol, rows, expected) {
  const { path, headers, body, labels } = protocol(rows, subject);
  const request = { url: `${subject.url}${path}`, headers: { ...headers, ...subject.headers }, body };
  const response = await fetch(request.url, { method: 'POST', headers: request.headers, body });
  const answer = Buffer.from(await response.arrayBuffer());
  if (response.status !== 200)
    throw new Error(`${request.url}: ${response.status} ${answer.toString().slice(0, 300)}`);
  const given = labels(answer, response.headers);
  const wrong = expected.findIndex((label, i) => given[i] !== label);
  if (given.length !== expected.length || wrong >= 0)
    throw new Error(`${request.url}: row ${wrong} was answered ${given[wrong]}, not ${expected[wrong]}`);
  return request;
}
