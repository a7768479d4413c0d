import type { TensorData, TensorSpec } from '../../inference/tensor.js';
import { allocate } from './cells.js';

/** Values of a tensor that are allocated at once. */
const START_VALUES = 2 ** 17;

/**
 * The values of tensors that are filled row by row. A body of some megabytes can announce rows that would need
 * terabytes (`[0,0,0,…]` for a model of images), although its first rows are invalid. So memory is allocated as rows
 * are read, at most twice what they need.
 */
export class GrowingCells {
  private capacity: number;
  private data: TensorData[];

  /** @param perRow values of a row, for each of the tensors */
  constructor(
    private readonly specs: readonly Pick<TensorSpec, 'datatype'>[],
    private readonly rows: number,
    private readonly perRow: readonly number[],
  ) {
    const widest = Math.max(1, ...perRow);
    this.capacity = Math.min(rows, Math.max(1, Math.floor(START_VALUES / widest)));
    this.data = specs.map(({ datatype }, i) => allocate(datatype, this.capacity * perRow[i]));
  }

  /** The values of each tensor, with room for this row and those before it. */
  upTo(row: number): readonly TensorData[] {
    while (row >= this.capacity) this.grow();
    return this.data;
  }

  /** The tensors' values once all rows have been written. */
  whole(): readonly TensorData[] {
    return this.upTo(this.rows - 1);
  }

  private grow(): void {
    this.capacity = Math.min(this.rows, this.capacity * 2);
    this.data = this.data.map((old, i) => {
      const grown = allocate(this.specs[i].datatype, this.capacity * this.perRow[i]);
      if (Array.isArray(grown)) for (let k = 0; k < old.length; k++) grown[k] = (old as string[])[k];
      else (grown as Float64Array).set(old as Float64Array);
      return grown;
    });
  }
}
