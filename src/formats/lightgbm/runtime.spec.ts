import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inspectModel } from '../inspect.js';

const folder = join(import.meta.dirname, '../../../test/fixtures/lightgbm');

describe('a look at a LightGBM model', () => {
  it('as text tells what it is and what it takes', async () => {
    expect(await inspectModel(join(folder, 'multi-text.txt'))).toMatchObject({
      format: 'LightGBM',
      description: 'LightGBM multiclass, 24 trees (format v4)',
      objective: 'multiclass',
      trees: 24,
      signature: {
        inputs: [{ name: 'input-0', datatype: 'FP64', shape: [-1, 6] }],
        unnamed: true,
        outputs: [
          { name: 'predict', datatype: 'FP64', shape: [-1, 3] },
          { name: 'margin', datatype: 'FP64', shape: [-1, 3] },
        ],
        defaultOutputs: ['predict'],
      },
    });
  });

  it('that is pickled tells the classes it names', async () => {
    expect(await inspectModel(join(folder, 'ranker.pkl'))).toMatchObject({
      description: 'LightGBM LGBMRanker',
      globals: expect.arrayContaining([{ name: 'lightgbm.sklearn.LGBMRanker', admitted: true }]) as unknown,
    });
  });
});
