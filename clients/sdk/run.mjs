/**
 * Generates a TypeScript client (openapi-typescript, openapi-fetch) and a Python client (openapi-python-client) from
 * openapi.json, and runs both against a fresh server. `npm run test:sdk`; PYTHON names another interpreter than python3.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { modelgate, print, pythonWith, root, run, runScript, startServer, stopServer } from '../support.mjs';

const document = join(root, 'openapi.json');
const source = join(root, 'clients/sdk');
const generated = join(root, '.generated/sdk');
const PYTHON_GENERATOR = 'openapi-python-client==0.29.1';
const USER = { username: 'sdk', password: 'a password for the clients' };

/** @returns the program, type-checked against the document and compiled */
function typescriptClient() {
  mkdirSync(generated, { recursive: true });
  run(join(root, 'node_modules/.bin/openapi-typescript'), [
    document,
    '--output',
    join(generated, 'api.d.ts'),
  ]);
  const compilerOptions = {
    target: 'es2023',
    lib: ['es2023', 'dom'],
    module: 'nodenext',
    strict: true,
    skipLibCheck: true,
    types: ['node'],
    rootDir: source,
    outDir: generated,
  };
  const config = join(generated, 'tsconfig.json');
  writeFileSync(config, JSON.stringify({ compilerOptions, files: [join(source, 'client.ts')] }));
  run(join(root, 'node_modules/.bin/tsc'), ['-p', config]);
  return join(generated, 'client.js');
}

/** @returns the interpreter that has the client, and the folder to import it from */
function pythonClient() {
  const python = pythonWith('sdk', [PYTHON_GENERATOR]);
  const dir = join(generated, 'python');
  mkdirSync(dir, { recursive: true });
  const args = [
    'generate',
    '--path',
    document,
    '--output-path',
    join(dir, 'modelgate_client'),
    '--meta',
    'none',
  ];
  // The generator formats what it made with a tool that stands beside it.
  const env = { ...process.env, PATH: `${dirname(python)}:${process.env.PATH}` };
  // It warns of media types that it leaves out.
  run(join(dirname(python), 'openapi-python-client'), [...args, '--overwrite'], { env, stdio: 'pipe' });
  return { python, dir };
}

async function main() {
  rmSync(generated, { recursive: true, force: true });
  const script = typescriptClient();
  const { python, dir } = pythonClient();
  const scratch = mkdtempSync(join(tmpdir(), 'modelgate-sdk-'));
  const dataDir = join(scratch, 'data');
  modelgate(['users', 'add', USER.username, '--role', 'admin', '--password-stdin', '--data-dir', dataDir], {
    input: `${USER.password}\n`,
  });
  const running = await startServer(dataDir, scratch);
  const env = {
    MODELGATE_URL: `http://127.0.0.1:${running.ports.http}`,
    MODELGATE_USER: USER.username,
    MODELGATE_PASSWORD: USER.password,
    MODELGATE_MODEL_FILE: join(root, 'test/fixtures/onnx/diabetes-ridge-double.onnx'),
    PYTHONPATH: dir,
    PYTHONUNBUFFERED: '1',
  };
  let failed = 0;
  try {
    const counts = [
      await runScript('TypeScript', process.execPath, [script], env),
      await runScript('Python', python, [join(source, 'client.py')], env),
    ];
    failed = counts.reduce((sum, count) => sum + count.failed, 0);
    print(`\n${counts.reduce((sum, count) => sum + count.passed, 0)} passed, ${failed} failed`);
  } finally {
    await stopServer(running);
    rmSync(scratch, { recursive: true, force: true });
  }
  process.exitCode = failed > 0 ? 1 : 0;
}

await main();
