/**
 * npm run onnx:nodes -- [--python PATH] [--keep DIR]
 *
 * Asks Modelgate for what ONNX's own backend node tests ask (`onnx` from PyPI, in .venvs/onnx with the onnxruntime of this
 * project's version): of each case that onnxruntime computes as ONNX expects, the model is imported by the command
 * line and asked over HTTP with V2's binary tensors; answers must have the same names, datatypes and shapes, integers and
 * texts the same values, other numbers the same within the case's tolerance. Prints what fails and the figures; exits 1
 * where fewer than 98 % agree.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { modelgate, print, pythonWith, root, startServer, stopServer } from '../../clients/support.mjs';

const LEAST = 0.98;
const IMPORTS_AT_A_TIME = 100;
const USER = { username: 'nodes', password: 'a password for the nodes' };

const { values: options } = parseArgs({ options: { python: { type: 'string' }, keep: { type: 'string' } } });

const scratch = mkdtempSync(join(tmpdir(), 'modelgate-onnx-'));
const dir = options.keep === undefined ? join(scratch, 'nodes') : resolve(options.keep);
async function main() {
  mkdirSync(dir, { recursive: true });
  const cases = writeCases();
  const computed = cases.filter(({ skipped }) => skipped === undefined);
  const dataDir = join(scratch, 'data');
  const refusals = importAll(
    computed.map(({ name }) => name),
    dataDir,
  );
  modelgate(['users', 'add', USER.username, '--role', 'admin', '--password-stdin', '--data-dir', dataDir], {
    input: `${USER.password}\n`,
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  process.env.MODELGATE_RATE_LIMIT = '0';
  const running = await startServer(dataDir, scratch);
  const verdicts = new Map();
  try {
    const ask = await asker(running.ports.http);
    for (const each of computed)
      verdicts.set(each.name, refusals.get(each.name) ?? (await verdictOf(each, ask)));
  } finally {
    await stopServer(running);
  }
  return report(cases.length, verdicts);
}

function writeCases() {
  const { version } = JSON.parse(
    readFileSync(join(root, 'node_modules/onnxruntime-node/package.json'), 'utf8'),
  );
  const python = options.python ?? pythonWith('onnx', ['onnx', `onnxruntime==${version}`]);
  const script = join(dirname(fileURLToPath(import.meta.url)), 'nodes.py');
  execFileSync(python, ['-W', 'ignore', script, dir], { stdio: ['ignore', 'inherit', 'ignore'] });
  const lines = readFileSync(join(dir, 'cases.ndjson'), 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line));
}

/** @returns why a model was not imported, by its name */
function importAll(names, dataDir) {
  const refusals = new Map();
  for (let from = 0; from < names.length; from += IMPORTS_AT_A_TIME) {
    const files = names.slice(from, from + IMPORTS_AT_A_TIME).map((name) => join(dir, `${name}.onnx`));
    const command = [join(root, 'bin/modelgate.js'), 'models', 'import', '--data-dir', dataDir, ...files];
    const { stderr } = spawnSync(process.execPath, command, { encoding: 'utf8', maxBuffer: 2 ** 26 });
    for (const line of stderr.split('\n')) {
      const [, name, reason] = /([^/]+)\.onnx: (?!warning: )(.*)$/.exec(line) ?? [];
      if (name !== undefined) refusals.set(name, `not imported: ${reason}`);
    }
  }
  return refusals;
}

async function asker(port) {
  const url = `http://127.0.0.1:${port}`;
  const body = new URLSearchParams({ grant_type: 'password', ...USER });
  const login = await fetch(`${url}/token`, { method: 'POST', body });
  const { access_token: token } = await login.json();
  return async (name, request, jsonLength) => {
    const response = await fetch(`${url}/v2/models/${name}/infer`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/octet-stream',
        'inference-header-content-length': String(jsonLength),
      },
      body: request,
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    if (response.status !== 200) throw new Error(`${response.status}: ${bytes.toString().slice(0, 300)}`);
    return tensorsOf(bytes, Number(response.headers.get('inference-header-content-length') ?? bytes.length));
  };
}

function tensorsOf(bytes, jsonLength) {
  let at = jsonLength;
  return JSON.parse(bytes.subarray(0, jsonLength)).outputs.map(({ name, datatype, shape, parameters }) => {
    at += parameters.binary_data_size;
    return { name, datatype, shape, data: bytes.subarray(at - parameters.binary_data_size, at) };
  });
}

async function verdictOf({ name, json_length: jsonLength, outputs, rtol, atol, untold }, ask) {
  if (untold !== undefined) return `not asked: ${untold}`;
  try {
    const answers = await ask(name, readFileSync(join(dir, `${name}.request`)), jsonLength);
    for (const wanted of outputs) {
      const fault = difference(
        wanted,
        answers.find((answer) => answer.name === wanted.name),
        rtol,
        atol,
      );
      if (fault !== undefined) return `output ${wanted.name}: ${fault}`;
    }
    return undefined;
  } catch (error) {
    return error.message;
  }
}

const FLOATS = {
  FP16: [2, (view, at) => half(view.getUint16(at, true))],
  FP32: [4, (view, at) => view.getFloat32(at, true)],
  FP64: [8, (view, at) => view.getFloat64(at, true)],
};

function difference(wanted, answer, rtol, atol) {
  if (answer === undefined) return 'is missing';
  if (answer.datatype !== wanted.datatype) return `is ${answer.datatype} instead of ${wanted.datatype}`;
  if (String(answer.shape) !== String(wanted.shape))
    return `has the shape [${answer.shape}] instead of [${wanted.shape}]`;
  const data = Buffer.from(wanted.data, 'base64');
  if (data.equals(answer.data)) return undefined;
  const [size, read] = FLOATS[wanted.datatype] ?? [];
  if (size === undefined || data.length !== answer.data.length) return 'has other values';
  const [left, right] = [data, answer.data].map(
    (bytes) => new DataView(bytes.buffer, bytes.byteOffset, bytes.length),
  );
  for (let at = 0; at < data.length; at += size) {
    const [a, b] = [read(left, at), read(right, at)];
    const isNear = Object.is(a, b) || a === b || Math.abs(a - b) <= atol + rtol * Math.abs(a);
    if (!isNear) return `has ${b} instead of ${a} at ${at / size}`;
  }
  return undefined;
}

/** IEEE 754 binary16. */
function half(bits) {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction ? NaN : sign * Infinity;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}

function report(all, verdicts) {
  const faults = [...verdicts].filter(([, fault]) => fault !== undefined);
  for (const [name, fault] of faults) print(`${name}: ${fault}`);
  const agree = verdicts.size - faults.length;
  const share = agree / verdicts.size;
  print(`${all} cases, ${verdicts.size} computed by onnxruntime`);
  print(`${agree} passed, ${faults.length} failed (${(share * 100).toFixed(1)} %)`);
  return share >= LEAST;
}

try {
  process.exitCode = (await main()) ? 0 : 1;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
