import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { tfjsRuntime } from '../tfjs/runtime.js';
import { sklearnRuntime } from './runtime.js';

const folder = join(import.meta.dirname, '../../../test/fixtures/sklearn');
const scratch = mkdtempSync(join(tmpdir(), 'modelgate-rebuild-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const rebuild = (file: string) =>
  sklearnRuntime.rebuild!.tfjs({ path: join(folder, file), isDirectory: false, head: new Uint8Array() }, {});

describe.each([
  ['1.9.1/pima-logistic-joblib.joblib', '1.9.1/pima-logistic-joblib', 'binary'],
  ['1.9.1/iris-logistic.pkl', '1.9.1/iris-logistic', 'multiclass'],
  ['0.22.2/pima-scaled-logistic.pkl', '0.22.2/pima-scaled-logistic', 'binary'],
  ['1.9.1/pima-mlp.pkl', '1.9.1/pima-mlp', 'binary'],
])('%s', (file, name, head) => {
  it('is served by the TensorFlow.js runtime: labels exactly, probabilities to 1e-5', async () => {
    const imported = await rebuild(file);
    expect(imported.runtimeOptions).toEqual({ head });
    expect([...imported.files.keys()]).toEqual(['model.json', 'weights.bin']);
    const dir = mkdtempSync(join(scratch, 'package-'));
    for (const [path, bytes] of imported.files) writeFileSync(join(dir, path), bytes as Uint8Array);
    const model = await tfjsRuntime.load(dir, imported.signature, imported.runtimeOptions);
    const expected = JSON.parse(readFileSync(join(folder, `${name}.expected.json`), 'utf8')) as {
      inputs: (number[] | Record<string, number>)[];
      predict: (string | number)[];
      predict_proba: number[][];
    };
    const rows = expected.inputs.map((row) => Object.values(row));
    const data = Float64Array.from(rows.flat());
    const input = { ...imported.signature.inputs[0], shape: [rows.length, rows[0].length], data };
    const [labels, probabilities] = await model.infer([input], ['predict', 'predict_proba']);
    await model.dispose();
    expect(Array.from(labels.data as ArrayLike<unknown>, String)).toEqual(expected.predict.map(String));
    expected.predict_proba.flat().forEach((p, i) => {
      expect(Math.abs(Number(probabilities.data[i]) - p)).toBeLessThanOrEqual(1e-5);
    });
  });
});

it('rejects a model that is not a stack of dense layers, naming it', async () => {
  await expect(rebuild('1.4.2/pima-decision-tree.pkl')).rejects.toThrow(
    'DecisionTreeClassifier cannot be rebuilt for TensorFlow.js; import it without --runtime',
  );
  await expect(rebuild('1.9.1/german-columns.pkl')).rejects.toThrow(
    'a pipeline with a ColumnTransformer cannot be rebuilt for TensorFlow.js; import it without --runtime',
  );
  await expect(rebuild('1.4.2/pima-imputed-logistic.pkl')).rejects.toThrow(
    'a pipeline with a SimpleImputer cannot',
  );
});
