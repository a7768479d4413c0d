import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { freshInstallation, type Installation, ON_POSTGRES } from './support/installation.js';

const ONNX = join(import.meta.dirname, 'fixtures', 'onnx', 'pima-logistic.onnx');
const PACKAGE = join('models', 'pima-logistic', '1', 'modelgate.json');
const LONG_AGO = new Date('2020-01-01');

/** Every file and folder below `dir`, with the permissions of other users than the owner. */
function openToOthers(dir: string): string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => (statSync(path).mode & 0o077) !== 0);
}

async function withModel(): Promise<Installation> {
  const modelgate = freshInstallation();
  await modelgate.run(['models', 'import', ONNX]);
  const dir = join(modelgate.dataDir, 'models', 'pima-logistic', '1');
  utimesSync(dir, LONG_AGO, LONG_AGO);
  return modelgate;
}

describe.skipIf(ON_POSTGRES)('a data directory of another database', () => {
  it('is rejected by every command, and stays unchanged', async () => {
    const modelgate = await withModel();
    renameSync(join(modelgate.dataDir, 'modelgate.db'), join(modelgate.dir, 'kept.db'));
    for (const command of [
      ['serve', '--port', '0'],
      ['models', 'import', ONNX],
      ['users', 'list'],
    ]) {
      const { code, stderr } = await modelgate.cli(command);
      expect([code, stderr]).toEqual([
        1,
        `modelgate: the data directory ${modelgate.dataDir} belongs to another database; set DATABASE_URL to that one (unset it for the SQLite file), or run "modelgate models adopt" to use this data directory and its models with this database\n`,
      ]);
    }
    expect(existsSync(join(modelgate.dataDir, 'modelgate.db'))).toBe(false);
    expect(existsSync(join(modelgate.dataDir, PACKAGE))).toBe(true);
  });

  it('can be adopted with its models by `models adopt`', async () => {
    const modelgate = await withModel();
    rmSync(join(modelgate.dataDir, 'modelgate.db'));
    expect(await modelgate.run(['models', 'adopt'])).toBe(
      'pima-logistic version 1: ONNX opset 13 (Gemm, Sigmoid)\npima-logistic: version 1 is live\n',
    );
    const server = await modelgate.serve();
    const { body } = await server.http.get('/health/ready').expect(200);
    expect(body).toMatchObject({ status: 'ok' });
    expect(await modelgate.run(['models', 'list'])).toContain('pima-logistic  1        live');
  });
});

describe('packages and job files that the database does not list', () => {
  it('are kept, and the server names the packages at start', async () => {
    const modelgate = await withModel();
    await modelgate.sql("DELETE FROM model_versions WHERE model_name = 'pima-logistic'");
    await modelgate.sql("DELETE FROM models WHERE name = 'pima-logistic'");
    const job = join(modelgate.dataDir, 'jobs', '0197a000-0000-7000-8000-000000000000');
    mkdirSync(job, { recursive: true });
    writeFileSync(join(job, 'input'), '1,2\n');
    utimesSync(job, LONG_AGO, LONG_AGO);
    const server = await modelgate.serve();
    const warning = server.stdout.split('\n').find((line) => line.includes('models adopt'))!;
    expect(JSON.parse(warning)).toMatchObject({ level: 40, packages: ['pima-logistic/1'] });
    await server.stop();
    await modelgate.run(['models', 'import', '--name', 'other', ONNX]);
    expect(existsSync(join(modelgate.dataDir, PACKAGE))).toBe(true);
    expect(existsSync(join(job, 'input'))).toBe(true);
    await modelgate.run(['models', 'adopt']);
    expect(await modelgate.run(['models', 'list'])).toContain('pima-logistic  1        live');
  });
});

describe('the files of a data directory', () => {
  it('are accessible only to their owner, for any umask and mode of the directory', async () => {
    const modelgate = freshInstallation();
    mkdirSync(modelgate.dataDir);
    chmodSync(modelgate.dataDir, 0o755);
    const server = await modelgate.serve({ shell: 'umask 000' });
    await modelgate.run(['models', 'import', ONNX]);
    expect(statSync(modelgate.dataDir).mode & 0o777).toBe(0o700);
    expect(openToOthers(modelgate.dataDir)).toEqual([]);
    await server.stop();
  });

  it.skipIf(process.getuid?.() !== 0)('belong to its owner when root runs a command', async () => {
    const modelgate = freshInstallation();
    const uid = Number(execFileSync('id', ['-u', 'nobody'], { encoding: 'utf8' }));
    mkdirSync(modelgate.dataDir, { mode: 0o700 });
    chmodSync(modelgate.dir, 0o755);
    chownSync(modelgate.dataDir, uid, uid);
    await modelgate.addUser('ada', 'a long password', '--role', 'admin');
    const others = readdirSync(modelgate.dataDir).filter(
      (name) => statSync(join(modelgate.dataDir, name)).uid !== uid,
    );
    expect(others).toEqual([]);
  });
});
