/** Logistic regressions and multi-layer perceptrons as TensorFlow.js LayersModels, made from their weights. */
import { ModelFileError } from '../../inference/model.js';
import { type ImportedModel } from '../runtime.js';
import { denseModelFiles, type Activation, type DenseLayer } from '../tfjs/dense-model.js';
import { headOutputs, type Head } from '../tfjs/heads.js';
import { matrices, matrix, nFeaturesIn, requireOption, vector, vectors } from '../pickle/attributes.js';
import type { Evaluator } from '../../inference/tabular/evaluator.js';
import { affineOf } from './rebuild/affine.js';
import { agrees } from './rebuild/agreement.js';
import { namedSteps } from './model/nested.js';
import { PyObject } from '../pickle/values.js';

const ACTIVATIONS: Readonly<Record<string, Activation>> = {
  identity: 'linear',
  logistic: 'sigmoid',
  softmax: 'softmax',
  tanh: 'tanh',
  relu: 'relu',
};
const MLP_ACTIVATIONS = ['identity', 'logistic', 'tanh', 'relu'] as const;

interface Network {
  readonly layers: readonly DenseLayer[];
  readonly head: Head;
}

/**
 * The model as a package for the TensorFlow.js runtime: dense layers in float32, a StandardScaler and its like before
 * them worked into the first. It is kept only if it computes what the float64 evaluator does.
 * @param imported what the scikit-learn runtime would serve
 * @throws ModelFileError for estimators that are not made of dense layers
 */
export function rebuildForTfjs(root: PyObject, evaluator: Evaluator, imported: ImportedModel): ImportedModel {
  const { estimator, scalers } = chainOf(root);
  const nFeatures = evaluator.nFeatures;
  const network = networksOf(estimator)
    .map(({ layers, head }) => ({ layers: [scaled(layers[0], scalers), ...layers.slice(1)], head }))
    .find(({ layers, head }) => agrees(layers, head, evaluator));
  if (network === undefined)
    throw cannot(`${estimator.shortName} with these options is not a stack of dense layers`);
  if (network.layers.some(({ kernel, bias }) => ![kernel, bias].every(fitsFloat32))) {
    throw cannot(`${estimator.shortName} has weights beyond the range of float32`);
  }
  const { signature, provenance } = imported;
  const predict = signature.outputs.find(({ name }) => name === 'predict')!;
  const columns = network.head === 'binary' ? 2 : network.layers[network.layers.length - 1].units;
  return {
    ...imported,
    description: `${imported.description}, rebuilt as a TensorFlow.js LayersModel`,
    signature: {
      ...signature,
      outputs: headOutputs(network.head, predict.datatype, columns),
      defaultOutputs: ['predict'],
    },
    files: denseModelFiles(nFeatures, network.layers),
    provenance: { ...provenance, rebuiltFor: 'TensorFlow.js' },
    runtimeOptions: { head: network.head },
  };
}

/** The estimator that answers and the transformers before it. */
function chainOf(root: PyObject): { estimator: PyObject; scalers: PyObject[] } {
  const best = root.attributes.get('best_estimator_');
  const outer = best instanceof PyObject ? best : root;
  const steps = namedSteps(outer.attributes.get('steps'))
    .map(({ step }) => step)
    .filter((step) => step !== 'passthrough' && step !== null);
  if (steps.length === 0) return { estimator: outer, scalers: [] };
  const estimators = steps.map((step) => {
    if (step instanceof PyObject) return step;
    throw cannot('a pipeline with steps that are not estimators');
  });
  return { estimator: estimators[estimators.length - 1], scalers: estimators.slice(0, -1) };
}

/** The networks that the estimator may stand for, by options that agreement tells apart. */
function networksOf(estimator: PyObject): Network[] {
  if (/^LogisticRegression(CV)?$/.test(estimator.shortName)) return logisticNetworks(estimator);
  if (/^MLP(Classifier|Regressor)$/.test(estimator.shortName)) return [perceptron(estimator)];
  throw cannot(estimator.shortName);
}

/** Two classes: a sigmoid of the score, of twice the score where the fit was multinomial. More: a softmax. */
function logisticNetworks(estimator: PyObject): Network[] {
  const coefficients = matrix(estimator, 'coef_');
  const { rows: units, columns } = coefficients;
  const given = vector(estimator, 'intercept_');
  const bias = given.length === units ? given : new Float64Array(units).fill(given[0]);
  const kernel = new Float64Array(units * columns);
  for (let k = 0; k < units; k++) {
    for (let j = 0; j < columns; j++) kernel[j * units + k] = coefficients.data[k * columns + j];
  }
  if (units > 1) return [{ layers: [{ units, activation: 'softmax', kernel, bias }], head: 'multiclass' }];
  return [1, 2].map((factor) => ({
    layers: [
      {
        units,
        activation: 'sigmoid',
        kernel: kernel.map((w) => factor * w),
        bias: bias.map((b) => factor * b),
      },
    ],
    head: 'binary',
  }));
}

function perceptron(estimator: PyObject): Network {
  const hidden = requireOption(estimator, 'activation', MLP_ACTIVATIONS);
  const last = requireOption(estimator, 'out_activation_', ['identity', 'logistic', 'softmax'] as const);
  const biases = vectors(estimator, 'intercepts_');
  const kernels = matrices(estimator, 'coefs_');
  const layers = kernels.map(({ columns: units, data: kernel }, i): DenseLayer => {
    const activation = ACTIVATIONS[i === kernels.length - 1 ? last : hidden];
    return { units, activation, kernel, bias: biases[i] ?? new Float64Array(units) };
  });
  return { layers, head: last === 'identity' ? 'regression' : last === 'softmax' ? 'multiclass' : 'binary' };
}

/** The layer over unscaled values: its weights times the scalers' factors, its bias by their offsets. */
function scaled(layer: DenseLayer, scalers: readonly PyObject[]): DenseLayer {
  return scalers.reduceRight((after, scaler) => {
    const { factor, offset } =
      affineOf(
        scaler,
        nFeaturesIn(scaler, () => after.kernel.length / after.units),
      ) ?? none(scaler);
    const { units } = after;
    const kernel = Float64Array.from(after.kernel);
    const bias = Float64Array.from(after.bias);
    for (let j = 0; j < factor.length; j++) {
      for (let k = 0; k < units; k++) {
        bias[k] += kernel[j * units + k] * offset[j];
        kernel[j * units + k] *= factor[j];
      }
    }
    return { ...after, kernel, bias };
  }, layer);
}

function none(scaler: PyObject): never {
  throw cannot(`a pipeline with a ${scaler.shortName}`);
}

function fitsFloat32(values: ArrayLike<number>): boolean {
  return Array.from(values).every((value) => Number.isFinite(Math.fround(value)));
}

function cannot(what: string): ModelFileError {
  return new ModelFileError(`${what} cannot be rebuilt for TensorFlow.js; import it without --runtime`);
}
