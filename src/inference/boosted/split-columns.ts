import { ModelFileError } from '../model.js';
import type { MissingRule } from './boosted-tree.js';

/**
 * Largest value that counts as zero for `zero-left` and `zero-right`: LightGBM's kZeroThreshold, 1e-35 as a float32.
 */
const ZERO = Math.fround(1e-35);

/**
 * The columns that splits read: a feature whose missing values are replaced by -∞ if they go left and by +∞ if they go
 * right. So descending a tree needs no test for missing values.
 */
export class SplitColumns {
  private readonly features: number[] = [];
  private readonly rules: MissingRule[] = [];
  private readonly known = new Map<string, number>();

  /** @param nFeatures columns of the rows */
  constructor(private readonly nFeatures: number) {}

  get count(): number {
    return this.features.length;
  }

  /** The column of a split. @throws ModelFileError for an unknown feature */
  of(node: number, feature: number, rule: MissingRule): number {
    if (!Number.isInteger(feature) || feature < 0 || feature >= this.nFeatures)
      throw new ModelFileError(
        `damaged model: node ${node} splits on feature ${feature}, but the model has ${this.nFeatures}`,
      );
    const key = `${rule} ${feature}`;
    let column = this.known.get(key);
    if (column === undefined) {
      column = this.features.push(feature) - 1;
      this.rules.push(rule);
      this.known.set(key, column);
    }
    return column;
  }

  /**
   * Fills a block with the columns of some rows, row-major.
   * @param x rows of `nFeatures` values, missing ones NaN
   * @param float32 whether values are rounded to float32 first
   */
  load(x: Float64Array, firstRow: number, rows: number, block: Float64Array, float32: boolean): void {
    const { features, rules, nFeatures } = this;
    const width = features.length;
    const start = firstRow * nFeatures;
    for (let c = 0; c < width; c++) {
      let from = start + features[c];
      let to = c;
      if (float32)
        for (let i = 0; i < rows; i++, from += nFeatures, to += width) block[to] = Math.fround(x[from]);
      else for (let i = 0; i < rows; i++, from += nFeatures, to += width) block[to] = x[from];
      replaceMissing(block, c, width, rows, rules[c]);
    }
  }
}

function replaceMissing(
  block: Float64Array,
  at: number,
  step: number,
  rows: number,
  rule: MissingRule,
): void {
  const replacement = rule === 'as-zero' ? 0 : rule === 'left' || rule === 'zero-left' ? -Infinity : Infinity;
  const zeros = rule === 'zero-left' || rule === 'zero-right';
  for (let i = 0, k = at; i < rows; i++, k += step) {
    const value = block[k];
    if (value !== value || (zeros && value <= ZERO && value >= -ZERO)) block[k] = replacement;
  }
}
