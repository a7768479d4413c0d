import { describe, expect, it } from 'vitest';
import { estimator, tuple } from '../../../test/support/sklearn.js';
import { buildEvaluator } from '../pickled-libraries.js';
import { EVALUATORS } from './evaluators.js';
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
      'sklearn.decomposition._nmf.NMF is not among the supported classes (docs/models.md); export the model to ONNX instead',
    );
  });

  it('refuses a class of another library, whatever its name', () => {
    expect(() => buildEvaluator(new PyObject('evil.StandardScaler'))).toThrow(
      'evil.StandardScaler is not among the supported classes',
    );
  });

  it('rejects a value that is not an estimator', () => {
    expect(() => buildEvaluator(new PyList([]))).toThrow(
      'the file holds <list>; expected a fitted estimator of scikit-learn',
    );
  });

  it('refuses an estimator that contains itself', () => {
    const pipeline = estimator('Pipeline', {});
    pipeline.attributes.set('steps', new PyList([tuple('again', pipeline)]));
    expect(() => buildEvaluator(pipeline)).toThrow('Pipeline contains itself');
  });

  it('refuses estimators nested without measure, and columns multiplied without end', () => {
    let nested = estimator('FunctionTransformer', { func: null, n_features_in_: 1 });
    for (let k = 0; k < 70; k++) nested = estimator('Pipeline', { steps: [tuple('inner', nested)] });
    expect(() => buildEvaluator(nested)).toThrow('estimators are nested more than 64 deep');
    let doubled = estimator('FunctionTransformer', { func: null, n_features_in_: 1 });
    for (let k = 0; k < 40; k++) {
      doubled = estimator('FeatureUnion', { transformer_list: [tuple('a', doubled), tuple('b', doubled)] });
    }
    expect(() => buildEvaluator(doubled)).toThrow('FeatureUnion: its output has more than 2097152 columns');
  });
});
