import { expect, it } from 'vitest';
import { NdArray, PyList, PyObject, PyTuple, type PyValue } from '../../pickle/values.js';
import { arrayBytes, checkExpansion } from './graph.js';

const pipeline = (...steps: PyValue[]) =>
  new PyObject('sklearn.pipeline.Pipeline', new Map([['steps', new PyList(steps)]]));
const floats = (count: number) => new NdArray({ kind: 'f', itemsize: 8 }, [count], new Float64Array(count));

it('counts the bytes of shared arrays once', () => {
  const shared = floats(10);
  expect(arrayBytes(new PyTuple([shared, new PyList([shared, floats(1)]), 'text', null]))).toBe(88);
});

it('lets estimators share parts and hold themselves, as scikit-learn has them do', () => {
  const model = pipeline();
  model.attributes.set(
    '_scorer',
    new PyObject('sklearn.metrics._scorer._PassthroughScorer', new Map([['_estimator', model]])),
  );
  expect(() => checkExpansion(model)).not.toThrow();
  expect(arrayBytes(model)).toBe(0);
});

it('refuses a small file that would answer without end', () => {
  let model = pipeline();
  for (let depth = 0; depth < 20; depth++) model = pipeline(model, model);
  expect(() => checkExpansion(model)).toThrow('the model refers to estimators more than 2000000 times');
});

it('does not recurse over the depth that a file has', () => {
  let value: PyValue = 1;
  for (let depth = 0; depth < 200_000; depth++) value = new PyTuple([value]);
  expect(() => checkExpansion(value)).not.toThrow();
  expect(arrayBytes(value)).toBe(0);
});
