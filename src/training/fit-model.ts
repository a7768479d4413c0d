import { basename } from 'node:path';
import { labelDatatype, shownLabel } from '../inference/labels.js';
import type { Signature } from '../inference/model.js';
import type { ServableModel } from '../formats/formats.js';
import { tensorflow } from '../formats/tfjs/backend.js';
import { denseModelFiles } from '../formats/tfjs/dense-model.js';
import { headOutputs } from '../formats/tfjs/heads.js';
import { type Dataset, type DatasetOptions, readDataset } from './dataset.js';
import { fitLogisticRegression, type Progress } from './logistic-regression.js';
import { evaluate, type Metrics } from './metrics.js';
import { trainTestSplit } from './split.js';
import { TrainingError } from './training-error.js';

/** The result of an importer, with the metrics on the held-out rows. */
export interface FittedModel extends ServableModel {
  readonly metrics: Metrics;
}

const TEST_SIZE = 0.33;
const RANDOM_STATE = 7;
const C = 1;

/**
 * Fits a logistic regression on two thirds of a CSV file's rows and evaluates it on the other third.
 * @throws TrainingError if the data is not suitable for training
 */
export async function fitModel(
  options: DatasetOptions,
  onProgress?: (progress: Progress) => void,
): Promise<{ model: FittedModel; iterations: number }> {
  const data = await readDataset(options);
  const columns = data.features.length;
  const split = trainTestSplit(data.y.length, TEST_SIZE, RANDOM_STATE);
  const train = take(data, split.train);
  const test = take(data, split.test);
  if (new Set(train.y).size < 2) throw new TrainingError('all training rows have the same class');
  const fitted = fitLogisticRegression(await tensorflow(), { ...train, columns, c: C }, onProgress);
  // The metrics must describe the model as served, with float32 weights.
  const kernel = Float32Array.from(fitted.coef);
  const bias = Float32Array.of(fitted.intercept);
  const model: FittedModel = {
    runtime: 'tfjs',
    description: `TensorFlow.js logistic regression of ${data.target} on ${columns} features`,
    signature: signatureOf(data, train.x),
    runtimeOptions: { head: 'binary' },
    files: denseModelFiles(columns, [{ units: 1, activation: 'sigmoid', kernel, bias }]),
    provenance: provenanceOf(data, options.csvPath, split.train.length),
    metrics: evaluate(test.y, probabilities(test.x, kernel, bias[0])),
  };
  return { model, iterations: fitted.iterations };
}

function take({ x, y, features }: Dataset, rows: Int32Array): { x: Float64Array; y: Uint8Array } {
  const width = features.length;
  const taken = new Float64Array(rows.length * width);
  rows.forEach((row, i) => taken.set(x.subarray(row * width, (row + 1) * width), i * width));
  return { x: taken, y: Uint8Array.from(rows, (row) => y[row]) };
}

function probabilities(x: Float64Array, kernel: Float32Array, bias: number): Float64Array {
  const width = kernel.length;
  return Float64Array.from({ length: x.length / width }, (_, row) => {
    const z = kernel.reduce((sum, w, j) => sum + w * x[row * width + j], bias);
    return 1 / (1 + Math.exp(-z));
  });
}

function signatureOf({ features, classes }: Dataset, x: Float64Array): Signature {
  const width = features.length;
  const column = (j: number) => x.filter((_, i) => i % width === j);
  return {
    inputs: [{ name: 'input-0', datatype: 'FP64', shape: [-1, width] }],
    features: features.map((name, j) => ({ name, datatype: 'FP64', range: rangeOf(column(j)) })),
    outputs: headOutputs('binary', labelDatatype(classes), 2),
    defaultOutputs: ['predict'],
    classes: classes.map(shownLabel),
  };
}

function rangeOf(values: Float64Array): [number, number] {
  return values.reduce<[number, number]>(
    ([low, high], v) => [Math.min(low, v), Math.max(high, v)],
    [Infinity, -Infinity],
  );
}

function provenanceOf(
  { digest, target }: Dataset,
  csvPath: string,
  trainRows: number,
): ServableModel['provenance'] {
  return {
    library: 'Modelgate',
    data: basename(csvPath),
    dataDigest: `sha256:${digest}`,
    target,
    trainRows,
    split: { testSize: TEST_SIZE, randomState: RANDOM_STATE },
    tree: { className: 'LogisticRegression', parameters: { penalty: 'l2', C } },
  };
}
