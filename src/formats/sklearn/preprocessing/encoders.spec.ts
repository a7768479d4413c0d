import { describe, expect, it } from 'vitest';
import { evaluatorOf, floats, objects, transformed } from '../../../../test/support/sklearn.js';
import { PyDict } from '../../pickle/values.js';
import { atCell } from '../../../../test/support/input-errors.js';

describe('OneHotEncoder', () => {
  const colours = {
    categories_: [objects('blue', 'green', 'red'), floats([1, 2])],
    drop: null,
    drop_idx_: null,
  };

  it('gives a column for each category of text and numbers', () => {
    const encoder = evaluatorOf('OneHotEncoder', { ...colours, handle_unknown: 'error' });
    expect(transformed(encoder, ['green', 2])).toEqual([[0, 1, 0, 0, 1]]);
    expect(encoder.textColumns).toEqual(new Map([[0, ['blue', 'green', 'red']]]));
  });

  it('refuses an unknown category by row, feature and value, or marks nothing', () => {
    const strict = evaluatorOf('OneHotEncoder', { ...colours, handle_unknown: 'error' });
    expect(() => transformed(strict, ['red', 1], ['mauve', 1])).toThrow(
      atCell(1, 0, 'is "mauve", a category that the model was not trained on'),
    );
    const lenient = evaluatorOf('OneHotEncoder', { ...colours, handle_unknown: 'ignore' });
    expect(transformed(lenient, ['mauve', 3], [null, 1])).toEqual([
      [0, 0, 0, 0, 0],
      [0, 0, 0, 1, 0],
    ]);
  });

  it('drops the category of each column that it is told to', () => {
    const encoder = evaluatorOf('OneHotEncoder', {
      ...colours,
      handle_unknown: 'error',
      drop: 'if_binary',
      drop_idx_: objects(null, 0),
    });
    expect(transformed(encoder, ['blue', 1], ['red', 2])).toEqual([
      [1, 0, 0, 0],
      [0, 0, 1, 1],
    ]);
  });

  it('counts a missing value as a category where it was one', () => {
    const encoder = evaluatorOf('OneHotEncoder', {
      categories_: [objects('a', NaN)],
      drop_idx_: null,
      handle_unknown: 'error',
    });
    expect(transformed(encoder, ['a'], [null])).toEqual([
      [1, 0],
      [0, 1],
    ]);
    expect(encoder.missingColumns).toEqual(new Set([0]));
  });

  it('before 0.24 took missing text alone, and not missing numbers', () => {
    const lenient = { ...colours, handle_unknown: 'ignore' };
    const columns = (version: string) =>
      evaluatorOf('OneHotEncoder', { ...lenient, _sklearn_version: version });
    expect(columns('0.23.2').missingColumns).toEqual(new Set([0]));
    expect(columns('0.24.0').missingColumns).toEqual(new Set([0, 1]));
  });

  it('takes infrequent categories together, unknown ones among them', () => {
    const grouped = {
      categories_: [objects('a', 'b', 'c', 'd')],
      _infrequent_enabled: true,
      _default_to_infrequent_mappings: [floats([2, 0, 2, 1])],
      drop_idx_: null,
    };
    const joins = evaluatorOf('OneHotEncoder', { ...grouped, handle_unknown: 'infrequent_if_exist' });
    expect(transformed(joins, ['a'], ['b'], ['c'], ['z'])).toEqual([
      [0, 0, 1],
      [1, 0, 0],
      [0, 0, 1],
      [0, 0, 1],
    ]);
    const dropping = {
      ...grouped,
      drop: 'first',
      drop_idx_: objects(1),
      _drop_idx_after_grouping: objects(0),
    };
    const encoder = evaluatorOf('OneHotEncoder', { ...dropping, handle_unknown: 'ignore' });
    expect(transformed(encoder, ['b'], ['d'], ['a'], ['z'])).toEqual([
      [0, 0],
      [1, 0],
      [0, 1],
      [0, 0],
    ]);
  });

  it('refuses groups that the categories cannot fill', () => {
    const grouped = {
      categories_: [objects('a', 'b')],
      handle_unknown: 'ignore',
      _infrequent_enabled: true,
      _default_to_infrequent_mappings: [floats([0, 1e9])],
    };
    expect(() => evaluatorOf('OneHotEncoder', grouped)).toThrow('a mapping to more groups than categories');
  });

  it('refuses an option that it does not know', () => {
    expect(() => evaluatorOf('OneHotEncoder', { ...colours, handle_unknown: 'guess' })).toThrow(
      'OneHotEncoder: handle_unknown "guess" cannot be evaluated; export to ONNX instead',
    );
  });
});

describe('OrdinalEncoder', () => {
  it('gives positions, and the numbers for unknown and missing values', () => {
    const encoder = evaluatorOf('OrdinalEncoder', {
      categories_: [objects('high', 'low', NaN)],
      handle_unknown: 'use_encoded_value',
      unknown_value: -1,
      encoded_missing_value: -9,
      _missing_indices: new PyDict([[0, 2]]),
    });
    expect(transformed(encoder, ['low'], ['mid'], [null])).toEqual([[1], [-1], [-9]]);
  });
});

describe('TargetEncoder', () => {
  it('gives one column a class, the overall mean for unknown categories', () => {
    const encoder = evaluatorOf('TargetEncoder', {
      categories_: [objects('a', 'b')],
      target_type_: 'multiclass',
      classes_: floats([0, 1, 2]),
      target_mean_: floats([0.5, 0.3, 0.2]),
      encodings_: [floats([0.9, 0.1]), floats([0.1, 0.4]), floats([0, 0.5])],
    });
    expect(transformed(encoder, ['b'], ['z'])).toEqual([
      [0.1, 0.4, 0.5],
      [0.5, 0.3, 0.2],
    ]);
  });
});

describe('LabelBinarizer', () => {
  it('gives one column for two classes, one each for more', () => {
    const options = { y_type_: 'binary', neg_label: -1, pos_label: 1 };
    const two = evaluatorOf('LabelBinarizer', { ...options, classes_: objects('no', 'yes') });
    expect(transformed(two, ['yes'], ['no'])).toEqual([[1], [-1]]);
    const three = evaluatorOf('LabelBinarizer', {
      ...options,
      y_type_: 'multiclass',
      classes_: floats([4, 5, 6]),
    });
    expect(transformed(three, [5], [9])).toEqual([
      [-1, 1, -1],
      [-1, -1, -1],
    ]);
  });
});

describe('LabelEncoder', () => {
  it('refuses a label that it does not know', () => {
    const encoder = evaluatorOf('LabelEncoder', { classes_: objects('no', 'yes') });
    expect(transformed(encoder, ['yes'])).toEqual([[1]]);
    expect(() => transformed(encoder, ['maybe'])).toThrow(atCell(0, 0, 'is "maybe", a label'));
  });
});
