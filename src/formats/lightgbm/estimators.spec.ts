import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { table } from '../../../test/support/sklearn.js';
import { buildEvaluator, libraries } from '../pickled-libraries.js';
import { readPickle } from '../pickle/index.js';
import { PyDict, PyList, PyObject, type PyValue } from '../pickle/values.js';

const folder = join(import.meta.dirname, '../../../test/fixtures/lightgbm');
const METHODS = {
  predict: 'predict',
  predict_proba: 'predictProba',
  decision_function: 'decisionFunction',
} as const;

type Cell = number | string | null;
interface Expected {
  readonly file: string;
  readonly inputs: readonly (readonly Cell[] | Readonly<Record<string, Cell>>)[];
  readonly predict: readonly (Cell | readonly Cell[])[];
}

const cases = readdirSync(folder)
  .filter((file) => file.endsWith('.expected.json'))
  .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Expected)
  .filter(({ file }) => !file.endsWith('.txt'));

const evaluatorOf = async (file: string) =>
  buildEvaluator(await readPickle(readFileSync(join(folder, file)), libraries));

describe('pickles of LightGBM 4.1.0', () => {
  it.each(cases)('$file answers as the library did', async (expected) => {
    const evaluator = await evaluatorOf(expected.file);
    const x = table(...expected.inputs.map((row): Cell[] => Object.values(row)));
    for (const [name, method] of Object.entries(METHODS)) {
      const wanted = expected[name as 'predict'] as Expected['predict'] | undefined;
      expect(evaluator[method] !== undefined, name).toBe(wanted !== undefined);
      if (wanted === undefined) continue;
      const given = Array.from<unknown>(evaluator[method]!(x).data);
      const flat = wanted.flat();
      expect(given).toHaveLength(flat.length);
      const wrong = flat.findIndex((value, k) => !agrees(value, given[k]));
      expect(wrong, `${name}: ${String(given[wrong])}, LightGBM ${flat[wrong]}`).toBe(-1);
    }
  });

  it('tell the categories of text columns, and take unknown ones for missing', async () => {
    const evaluator = await evaluatorOf('categorical.pkl');
    expect(evaluator.textColumns).toEqual(
      new Map([
        [0, ['New York', 'x', 'Ålesund', '東京']],
        [1, ['a', 'b', 'c']],
      ]),
    );
    const rows = table(['Paris', 'a', 40, 30000], [null, 'a', 40, 30000]);
    const { data } = evaluator.predictProba!(rows);
    expect(data[0]).toBe(data[2]);
  });
});

describe('names in a pickle', () => {
  it.each(['engine.train', 'basic.Dataset', 'sklearn.LGBMModel.fit', 'callback.early_stopping'])(
    'refuses lightgbm.%s',
    async (name) => {
      const dot = name.indexOf('.');
      const bytes = Buffer.from(`clightgbm.${name.slice(0, dot)}\n${name.slice(dot + 1)}\n.`);
      await expect(readPickle(bytes, libraries)).rejects.toThrow(`refused: lightgbm.${name}`);
    },
  );

  it('makes a Booster without running its constructor', async () => {
    const value = await readPickle(Buffer.from("clightgbm.basic\nBooster\n(S'model.txt'\ntR."), libraries);
    expect(() => buildEvaluator(value)).toThrow('Booster holds no model');
  });
});

describe('pickled estimators', () => {
  const object = (name: string, attributes: Record<string, PyValue>): PyObject =>
    new PyObject(`lightgbm.${name}`, new Map(Object.entries(attributes)));
  const text = readFileSync(join(folder, 'booster-text.txt'), 'utf8');

  it.each<[string, PyObject]>([
    ['LGBMRegressor has no _Booster: it was not fitted', object('sklearn.LGBMRegressor', { _Booster: null })],
    ['Booster holds no model: it was not trained', object('basic.Booster', {})],
    [
      'LGBMRegressor: pred_early_stop cannot be evaluated',
      object('sklearn.LGBMRegressor', {
        _other_params: new PyDict([['pred_early_stop', true]]),
        _Booster: object('basic.Booster', { _handle: text }),
      }),
    ],
    [
      'LGBMClassifier has 3 classes, where its booster answers for 2',
      object('sklearn.LGBMClassifier', {
        _classes: new PyList(['a', 'b', 'c']),
        _Booster: object('basic.Booster', { _handle: text }),
      }),
    ],
    [
      'the model was trained on a data frame with 1 columns of categories, but declares 0 features as categories',
      object('basic.Booster', {
        _handle: text.replace('pandas_categorical:null', ''),
        pandas_categorical: new PyList([new PyList(['a'])]),
      }),
    ],
  ])('are refused: %s', (message, estimator) => {
    expect(() => buildEvaluator(estimator)).toThrow(message);
  });

  it('of a classifier of 4.7 and later have a decision function', () => {
    const classifier = (attributes: Record<string, PyValue>) =>
      buildEvaluator(
        object('sklearn.LGBMClassifier', {
          _classes: new PyList(['a', 'b']),
          _Booster: object('basic.Booster', { _handle: text }),
          ...attributes,
        }),
      );
    const newer = classifier({ _fitted_with_feature_names: false });
    const x = table([0, 0, 0, 0, 0, 0]);
    expect(newer.decisionFunction!(x)).toEqual(newer.margin!(x));
    expect(classifier({}).decisionFunction).toBeUndefined();
  });

  it('answer from the best iteration on', () => {
    const first = buildEvaluator(object('basic.Booster', { handle: text, best_iteration: 1 }));
    const all = buildEvaluator(object('basic.Booster', { handle: text, best_iteration: -1 }));
    const x = table([0, 0, 0, 0, 0, 0]);
    expect(first.margin!(x).data).toEqual(Float64Array.of(-0.17633095287323181));
    expect(all.margin!(x).data[0]).toBeLessThan(-1);
  });
});

function agrees(expected: Cell | undefined, actual: unknown): boolean {
  if (typeof expected !== 'number' || typeof actual !== 'number') return expected === actual;
  return Math.abs(expected - actual) <= 1e-12 * Math.max(1, Math.abs(expected));
}
