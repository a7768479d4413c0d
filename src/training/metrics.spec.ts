import { describe, expect, it } from 'vitest';
import { evaluate } from './metrics.js';

describe('evaluate', () => {
  it('equals sklearn.metrics, ties included', () => {
    expect(evaluate([0, 0, 1, 1, 0, 1], [0.1, 0.4, 0.4, 0.8, 0.7, 0.3])).toEqual({
      rows: 6,
      accuracy: 0.5,
      roc_auc: expect.closeTo(0.6111111111111112, 12) as number,
      log_loss: expect.closeTo(0.6939276718773423, 12) as number,
      confusion_matrix: [
        [2, 1],
        [2, 1],
      ],
    });
  });

  it('has no ROC AUC if all rows have the same class', () => {
    expect(evaluate([1, 1], [0.5, 0.75])).toEqual({
      rows: 2,
      accuracy: 0.5,
      log_loss: expect.closeTo((Math.log(2) - Math.log(0.75)) / 2, 12) as number,
      confusion_matrix: [
        [0, 0],
        [1, 1],
      ],
    });
  });
});
