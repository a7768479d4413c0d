/** Logistic regressions and multi-layer perceptrons as TensorFlow.js LayersModels, made from their weights. */
import { ModelFileError } from '../../inference/model.js';
import { type ImportedModel } from '../runtime.js';
import { denseModelFiles, type DenseLayer } from '../tfjs/dense-model.js';
import { headOutputs } from '../tfjs/heads.js';
import { nFeaturesIn } from '../pickle/attributes.js';
import type { Evaluator } from '../../inference/tabular/evaluator.js';
import { traitsOf } from '../pickled-libraries.js';
import { agrees } from './rebuild/agreement.js';
import { namedSteps } from './model/nested.js';
import { PyObject } from '../pickle/values.js';

/**
 * The model as a package for the TensorFlow.js runtime: dense layers in float32, a StandardScaler and its like before
 * them worked into the first. It is kept only if it computes what the float64 evaluator does.
 * @param imported what the scikit-learn runtime would serve
 * @throws ModelFileError for estimators that are not made of dense layers
 */
export function rebuildForTfjs(root: PyObject, evaluator: Evaluator, imported: ImportedModel): ImportedModel {
  const { estimator, scalers } = chainOf(root);
  const nFeatures = evaluator.nFeatures;
  const networks = traitsOf(estimator).denseNetworks?.(estimator) ?? [];
  if (networks.length === 0) throw cannot(estimator.shortName);
  const network = networks
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

/** The layer over unscaled values: its weights times the scalers' factors, its bias by their offsets. */
function scaled(layer: DenseLayer, scalers: readonly PyObject[]): DenseLayer {
  return scalers.reduceRight((after, scaler) => {
    const { factor, offset } =
      traitsOf(scaler).affine?.(
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
