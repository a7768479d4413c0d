import { describe, expect, it } from 'vitest';
import { estimator, tuple } from '../../../test/support/sklearn.js';
import { buildEvaluator, EVALUATORS } from './evaluators.js';
import { PyList, PyObject } from '../pickle/values.js';

describe('the table of evaluators', () => {
  it('has each class once', () => {
    const names = EVALUATORS.map(({ className }) => className);
    expect(names.filter((name, k) => names.indexOf(name) !== k)).toEqual([]);
  });
});

describe('buildEvaluator', () => {
  it('refuses a class that is not in the table, naming it and the way out', () => {
    const nmf = new PyObject('sklearn.decomposition._nmf.NMF');
    expect(() => buildEvaluator(nmf)).toThrow(
      'sklearn.decomposition._nmf.NMF cannot be evaluated: it is not among the supported classes (docs/models.md); export the model to ONNX (skl2onnx) instead',
    );
  });

  it('refuses a class of another library, whatever its name', () => {
    expect(() => buildEvaluator(new PyObject('evil.StandardScaler'))).toThrow(
      'evil.StandardScaler cannot be evaluated',
    );
  });

  it('refuses what is no estimator', () => {
    expect(() => buildEvaluator(new PyList([]))).toThrow(
      'the file holds <list>, where a fitted scikit-learn estimator',
    );
  });

  it('refuses an estimator that holds itself', () => {
    const pipeline = estimator('Pipeline', {});
    pipeline.attributes.set('steps', new PyList([tuple('again', pipeline)]));
    expect(() => buildEvaluator(pipeline)).toThrow('Pipeline holds itself');
  });

  it('refuses estimators nested without measure, and columns multiplied without end', () => {
    let nested = estimator('FunctionTransformer', { func: null, n_features_in_: 1 });
    for (let k = 0; k < 70; k++) nested = estimator('Pipeline', { steps: [tuple('inner', nested)] });
    expect(() => buildEvaluator(nested)).toThrow('estimators are nested more than 64 deep');
    let doubled = estimator('FunctionTransformer', { func: null, n_features_in_: 1 });
    for (let k = 0; k < 40; k++) {
      doubled = estimator('FeatureUnion', { transformer_list: [tuple('a', doubled), tuple('b', doubled)] });
    }
    expect(() => buildEvaluator(doubled)).toThrow('FeatureUnion: its output has more than 1000000 columns');
  });
});
