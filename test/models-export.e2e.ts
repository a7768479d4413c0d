import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { zipOf } from './fixtures/tfjs/zip.js';
import { installation } from './support/installation.js';
import { PROJECT_DIR } from './support/program.js';

const FIXTURES = join(PROJECT_DIR, 'test/fixtures/wrappers');
const modelgate = installation();
const fixture = (...names: string[]) => join(FIXTURES, ...names);

interface Expected {
  readonly inputs: readonly unknown[];
  readonly predict: readonly unknown[];
}
const expectedOf = (folder: string) =>
  JSON.parse(readFileSync(fixture(folder, 'expected.json'), 'utf8')) as Expected;

beforeAll(async () => {
  const files = ['encoders.pkl', 'scaler.joblib', 'model.pkl'].map((name) => fixture('encoders', name));
  await modelgate.run(['models', 'import', '--name', 'churn', ...files]);
  await modelgate.run(['models', 'import', fixture('scaler-model')]);
});

describe('modelgate models export', () => {
  const other = installation();
  const path = join(modelgate.dir, 'churn.zip');

  it('writes one file, which another installation imports with the same features and answers', async () => {
    await modelgate.run(['models', 'export', 'churn', '--output', path]);
    await other.run(['models', 'import', '--name', 'churn', path]);
    const [here, there] = await Promise.all(
      [modelgate, other].map(
        async (installed) =>
          JSON.parse(await installed.run(['models', 'show', 'churn'])) as Record<string, unknown>,
      ),
    );
    expect(there.signature).toEqual(here.signature);
    expect(there.description).toEqual(here.description);
    const rows = join(modelgate.dir, 'rows.ndjson');
    const { inputs, predict } = expectedOf('encoders');
    writeFileSync(rows, inputs.map((row) => JSON.stringify(row)).join('\n'));
    const answers = await other.run([
      'predict',
      rows,
      '--model',
      'churn',
      '--outputs',
      'predict',
      '--format',
      'ndjson',
    ]);
    expect(predict.every((label, i) => answers.split('\n')[i].includes(JSON.stringify(label)))).toBe(true);
  });

  it('takes metrics and ranges along', async () => {
    const source = installation();
    await (await source.serve()).stop();
    const file = join(source.dir, 'diabetes.zip');
    await source.run(['models', 'export', 'diabetes', '--output', file]);
    await other.run(['models', 'import', file]);
    const shown = JSON.parse(await other.run(['models', 'show', 'diabetes'])) as {
      metrics: object;
      signature: { features: { range: number[] }[] };
    };
    expect(Object.keys(shown.metrics).length).toBeGreaterThan(0);
    expect(shown.signature.features[0].range).toHaveLength(2);
  });

  const manifest = (
    change: (manifest: {
      signature: { features: unknown[]; inputs: { shape: number[] }[]; outputs: { datatype: string }[] };
      files: { path: string }[];
      runtimeOptions: { files: Record<string, unknown> };
    }) => void,
  ) => {
    const dir = join(modelgate.dataDir, 'models/scaler-model/1');
    const about = JSON.parse(readFileSync(join(dir, 'modelgate.json'), 'utf8')) as Parameters<
      typeof change
    >[0];
    const entries = about.files.map(({ path: name }) => ({
      name,
      data: readFileSync(join(dir, name)) as Uint8Array,
    }));
    change(about);
    return [{ name: 'modelgate.json', data: JSON.stringify(about) }, ...entries];
  };
  it.each<[string, () => Parameters<typeof zipOf>[0], string]>([
    [
      'an altered file',
      () =>
        manifest(() => undefined).map((entry) =>
          entry.name.endsWith('scaler.pkl') ? { ...entry, data: Buffer.from('x') } : entry,
        ),
      'files/scaler.pkl has 1 bytes instead of',
    ],
    [
      'a missing file',
      () => manifest(() => undefined).filter(({ name }) => !name.endsWith('scaler.pkl')),
      'files/scaler.pkl is missing',
    ],
    [
      'another number of columns',
      () =>
        manifest(({ signature }) => {
          signature.inputs[0].shape = [-1, 3];
          signature.features.push(signature.features[0]);
        }),
      'the signature has 3 columns; the model takes 2',
    ],
    [
      'other datatypes',
      () =>
        manifest(({ signature }) => {
          signature.outputs[0].datatype = 'INT64';
        }),
      'modelgate.json does not fit',
    ],
    [
      'a file outside the package',
      () =>
        manifest(({ runtimeOptions }) => {
          runtimeOptions.files['../../../etc/passwd'] = { runtime: 'sklearn' };
        }),
      "the package's runtimeOptions name a file that is not in it",
    ],
    [
      'a manifest that is none',
      () => [{ name: 'modelgate.json', data: '{}' }],
      'modelgate.json: schemaVersion: ',
    ],
  ])('a package with %s is refused', async (name, entries, message) => {
    const file = join(modelgate.dir, `${name.replace(/ /g, '-')}.zip`);
    writeFileSync(file, zipOf(entries()));
    const { code, stderr } = await other.cli(['models', 'import', '--name', 'bad', file]);
    expect(code).toBe(1);
    expect(stderr).toContain(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});
