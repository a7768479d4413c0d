import { describe, expect, it } from 'vitest';
import { ModelInputError } from '../../inference/model.js';
import { modelInputFault } from './faults.js';

describe('values that a model cannot answer', () => {
  it('are located by row and feature, in words and as data', () => {
    const { detail, faults } = modelInputFault(
      new ModelInputError('is missing, which it was not in training', 3, 'age'),
    );
    expect(detail).toBe('row 3: feature age is missing, which it was not in training');
    expect(faults).toEqual([
      { loc: ['body', 3, 'age'], msg: 'is missing, which it was not in training', type: 'value_error' },
    ]);
  });

  it('are located by row alone if no feature is at fault', () => {
    const { detail, faults } = modelInputFault(new ModelInputError('the model gives no finite predict', 0));
    expect(detail).toBe('row 0: the model gives no finite predict');
    expect(faults?.[0].loc).toEqual(['body', 0]);
  });
});
