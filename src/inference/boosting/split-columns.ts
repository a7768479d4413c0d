/** What a split does with the value of its feature before it compares. */
export const COLUMN_KIND = {
  /** A missing value is 0. */
  missingIsZero: 0,
  /** A missing value goes left, or right. */
  missingLeft: 1,
  missingRight: 2,
  /** A missing value and 0 go left, or right. */
  zeroLeft: 3,
  zeroRight: 4,
  /** The whole part of the value is a category; -1 stands for a missing, negative or too large one. */
  category: 5,
  /** The value itself. A missing one is NaN. */
  value: 6,
} as const;
export type ColumnKind = (typeof COLUMN_KIND)[keyof typeof COLUMN_KIND];
const KINDS = Object.keys(COLUMN_KIND).length;

/** The largest 32-bit integer, beyond which no category lies. */
const LARGEST_CATEGORY = 0x7fffffff;

/**
 * The columns that trees look at: one for each way in which splits read a feature. A value that a split sends left
 * whatever its threshold is -∞ there, one that it sends right is +∞. The trees then need a single comparison a split,
 * `value > threshold`, with no branch for missing values.
 */
export class SplitColumns {
  private readonly known = new Map<number, number>();
  private readonly features: number[] = [];
  private readonly kinds: ColumnKind[] = [];

  /**
   * @param nFeatures columns of the input
   * @param smallest values no larger than this, either way, count as 0
   */
  constructor(
    readonly nFeatures: number,
    private readonly smallest: number,
  ) {}

  get count(): number {
    return this.features.length;
  }

  /** The number of the column that holds this feature, read in this way. */
  columnOf(feature: number, kind: ColumnKind): number {
    const key = feature * KINDS + kind;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    this.known.set(key, this.count);
    this.features.push(feature);
    this.kinds.push(kind);
    return this.count - 1;
  }

  /**
   * Fills a block with the columns of some rows.
   * @param x rows × nFeatures, row-major
   * @param block `rows` × `count`, row-major
   */
  load(x: Float64Array, start: number, rows: number, block: Float64Array): void {
    const { features, kinds, count, nFeatures, smallest } = this;
    for (let c = 0; c < count; c++) {
      const kind = kinds[c];
      let from = start * nFeatures + features[c];
      for (let i = 0, to = c; i < rows; i++, from += nFeatures, to += count) {
        const value = x[from];
        block[to] = prepared(value >= -smallest && value <= smallest ? 0 : value, kind);
      }
    }
  }
}

function prepared(value: number, kind: ColumnKind): number {
  const missing = value !== value;
  if (kind === COLUMN_KIND.missingRight) return missing ? Infinity : finite(value);
  if (kind === COLUMN_KIND.missingLeft) return missing ? -Infinity : finite(value);
  if (kind === COLUMN_KIND.missingIsZero) return missing ? 0 : finite(value);
  if (kind === COLUMN_KIND.zeroLeft) return missing || value === 0 ? -Infinity : finite(value);
  if (kind === COLUMN_KIND.zeroRight) return missing || value === 0 ? Infinity : finite(value);
  if (kind !== COLUMN_KIND.category) return value;
  const category = Math.trunc(value);
  return category >= 0 && category <= LARGEST_CATEGORY ? category : -1;
}

/** +∞ is taken for the largest number, so that it goes left where the threshold is +∞ (see BoostedTrees). */
function finite(value: number): number {
  return value === Infinity ? Number.MAX_VALUE : value;
}
