import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readManifest, verifyFiles } from '../packages/manifest.js';
import type { LoadedModel } from '../inference/model.js';
import { tfjsRuntime } from '../formats/tfjs/runtime.js';
import { readDataset } from './dataset.js';
import type { Progress } from './logistic-regression.js';
import { train, type Trained } from './train.js';

const SHIPPED = 'models/diabetes/1';

const DIABETES = {
  name: 'diabetes',
  csvPath: 'data/pima-indians-diabetes.csv',
  columns: ['preg', 'plas', 'pres', 'skin', 'test', 'mass', 'pedi', 'age', 'class'],
};

interface Reference {
  coef: number[];
  intercept: number;
  test_roc_auc: number;
  test_log_loss: number;
}

const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));

describe('train', () => {
  let dir: string;
  let trained: Trained;
  let reference: Reference;
  const progress: Progress[] = [];

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'modelgate-'));
    reference = JSON.parse(await readFile('test/fixtures/tfjs/pima-reference.json', 'utf8')) as Reference;
    trained = await train({ ...DIABETES, outDir: dir, onProgress: (p) => progress.push(p) });
  });
  afterAll(() => rm(dir, { recursive: true }));

  it('converges to the weights of scikit-learn', async () => {
    const bytes = await readFile(join(trained.dir, 'weights.bin'));
    const fitted = Array.from({ length: 9 }, (_, i) => bytes.readFloatLE(4 * i));
    [...reference.coef, reference.intercept].forEach((expected, i) => {
      expect(Math.abs(fitted[i] / expected - 1)).toBeLessThan(1e-3);
    });
    expect(progress.map(({ iteration }) => iteration)).toEqual(
      Array.from({ length: trained.iterations }, (_, i) => i + 1),
    );
    expect(progress.at(-1)!.step).toBeLessThan(1e-9);
  });

  it('predicts 200 of 254 held-out rows correctly', () => {
    expect(trained.manifest.metrics).toEqual({
      rows: 254,
      accuracy: 200 / 254,
      roc_auc: expect.closeTo(reference.test_roc_auc, 10) as number,
      log_loss: expect.closeTo(reference.test_log_loss, 5) as number,
      confusion_matrix: [
        [142, 20],
        [34, 58],
      ],
    });
  });

  it('produces the included package, byte for byte', async () => {
    const content = (dir: string) =>
      Promise.all(
        ['model.json', 'modelgate.json', 'weights.bin'].map((file) => readFile(join(dir, file), 'utf8')),
      );
    expect(await content(trained.dir)).toEqual(await content(SHIPPED));
  });

  it('writes no second version for the same model, and one for other data', async () => {
    expect(await train({ ...DIABETES, outDir: dir })).toMatchObject({ dir: trained.dir, isNew: false });
    const other = await train({ ...DIABETES, columns: undefined, outDir: dir });
    expect(other).toMatchObject({ dir: join(dir, 'diabetes', '2'), isNew: true });
  });

  describe('and its package, served', () => {
    let model: LoadedModel;
    beforeAll(async () => {
      const manifest = await readManifest(SHIPPED);
      await verifyFiles(SHIPPED, manifest);
      model = await tfjsRuntime.load(SHIPPED, manifest.signature, manifest.runtimeOptions);
    });
    afterAll(() => model.dispose());

    it('predicts the labels of scikit-learn for all 768 rows, and its probabilities to 1e-5', async () => {
      const { x } = await readDataset(DIABETES);
      const [labels, probabilities] = await model.infer(
        [{ name: 'input-0', datatype: 'FP64', shape: [768, 8], data: x }],
        ['predict', 'predict_proba'],
      );
      expect(probabilities).toMatchObject({ datatype: 'FP32', shape: [768, 2] });
      const bytes = await readFile(join(SHIPPED, 'weights.bin'));
      const p = probabilities.data as Float32Array;
      for (let row = 0; row < 768; row++) {
        const values = x.subarray(row * 8, row * 8 + 8);
        const z = values.reduce((sum, v, j) => sum + v * bytes.readFloatLE(4 * j), bytes.readFloatLE(32));
        expect(Math.abs(p[2 * row + 1] - sigmoid(z))).toBeLessThan(1e-5);
        expect(Math.abs(p[2 * row] - sigmoid(-z))).toBeLessThan(1e-5);
        const theirs = values.reduce((sum, v, j) => sum + v * reference.coef[j], reference.intercept);
        expect(labels.data[row]).toBe(theirs > 0 ? 1n : 0n);
      }
    });
  });

  it('rejects a package with altered weights, naming the file', async () => {
    const copy = join(dir, 'altered');
    await cp(SHIPPED, copy, { recursive: true });
    const weights = await readFile(join(copy, 'weights.bin'));
    weights[0] ^= 1;
    await writeFile(join(copy, 'weights.bin'), weights);
    await expect(verifyFiles(copy, await readManifest(copy))).rejects.toThrow(
      `${copy}: weights.bin does not have the SHA-256 that modelgate.json records`,
    );
  });
});
