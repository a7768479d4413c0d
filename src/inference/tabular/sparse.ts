/**
 * Tables of which most cells are zero: only the other cells are kept, row by row, as scipy's CSR format has them.
 *
 * Make:  sparseTable  SparseBuilder
 * Use:   densify  sparseRowsOf  mapEntries  takeSparseColumns  joinSparse  joinSparseRows
 */
import { ModelInputError } from '../model.js';
import type { SparseRows, Table } from './evaluator.js';

/** The most cells that are made dense at once: 128 MiB of float64. */
const DENSE_CELLS = 2 ** 24;

/** The table of these entries. Its `numbers` are made when they are first read. */
export function sparseTable(columns: number, sparse: SparseRows): Table {
  return new SparseTable(columns, sparse);
}

class SparseTable implements Table {
  readonly rows: number;
  readonly zerosAbsent = true;
  private dense: Float64Array | undefined;

  constructor(
    readonly columns: number,
    readonly sparse: SparseRows,
  ) {
    this.rows = sparse.starts.length - 1;
  }

  /** @throws ModelInputError where there are more cells than fit into memory */
  get numbers(): Float64Array {
    return (this.dense ??= densify(this, 0));
  }
}

/** All cells of a sparse table, with `absent` in those that are not kept. */
export function densify({ rows, columns, sparse }: Table, absent: number): Float64Array {
  if (rows > 1 && rows * columns > DENSE_CELLS) {
    throw new ModelInputError(
      `${rows} rows of ${columns} values are too many for one request; send at most ${Math.max(1, Math.floor(DENSE_CELLS / columns))} rows`,
    );
  }
  const { starts, indices, values } = sparse!;
  const dense = new Float64Array(rows * columns);
  if (absent !== 0) dense.fill(absent);
  for (let i = 0; i < rows; i++) {
    const row = i * columns;
    for (let k = starts[i]; k < starts[i + 1]; k++) dense[row + indices[k]] = values[k];
  }
  return dense;
}

/** Collects the entries of a sparse table row by row. */
export class SparseBuilder {
  private indices = new Int32Array(1024);
  private values = new Float64Array(1024);
  private readonly starts: Int32Array;
  private row = 0;
  private size = 0;

  constructor(
    rows: number,
    private readonly columns: number,
  ) {
    this.starts = new Int32Array(rows + 1);
  }

  /** Adds an entry to the row begun. Columns ascend within a row. */
  add(column: number, value: number): void {
    if (this.size === this.indices.length) this.grow();
    this.indices[this.size] = column;
    this.values[this.size++] = value;
  }

  endRow(): void {
    this.starts[++this.row] = this.size;
  }

  table(): Table {
    return sparseTable(this.columns, {
      starts: this.starts,
      indices: this.indices.subarray(0, this.size),
      values: this.values.subarray(0, this.size),
    });
  }

  private grow(): void {
    const [indices, values] = [new Int32Array(2 * this.size), new Float64Array(2 * this.size)];
    indices.set(this.indices);
    values.set(this.values);
    [this.indices, this.values] = [indices, values];
  }
}

/** The entries of a table of numbers alone: of a dense one, those that are not zero. */
export function sparseRowsOf(x: Table): SparseRows {
  if (x.sparse !== undefined) return x.sparse;
  const builder = new SparseBuilder(x.rows, x.columns);
  const { numbers } = x;
  for (let i = 0, k = 0; i < x.rows; i++) {
    for (let j = 0; j < x.columns; j++, k++) if (numbers[k] !== 0) builder.add(j, numbers[k]);
    builder.endRow();
  }
  return builder.table().sparse!;
}

/** A sparse table with each entry mapped; the function maps zero to zero. */
export function mapEntries(x: Table, point: (value: number, column: number) => number): Table {
  const { starts, indices, values } = x.sparse!;
  const mapped = new Float64Array(values.length);
  for (let k = 0; k < values.length; k++) mapped[k] = point(values[k], indices[k]);
  return sparseTable(x.columns, { starts, indices, values: mapped });
}

/** The columns of a sparse table at these positions, in this order. */
export function takeSparseColumns(x: Table, positions: ArrayLike<number>): Table {
  const places = new Map<number, number[]>();
  for (let place = 0; place < positions.length; place++) {
    const known = places.get(positions[place]);
    if (known === undefined) places.set(positions[place], [place]);
    else known.push(place);
  }
  const { starts, indices, values } = x.sparse!;
  const builder = new SparseBuilder(x.rows, positions.length);
  for (let i = 0; i < x.rows; i++) {
    const row: [number, number][] = [];
    for (let k = starts[i]; k < starts[i + 1]; k++) {
      for (const place of places.get(indices[k]) ?? []) row.push([place, values[k]]);
    }
    row.sort(([a], [b]) => a - b).forEach(([place, value]) => builder.add(place, value));
    builder.endRow();
  }
  return builder.table();
}

/** Tables of as many rows side by side, of which one at least is sparse, the numbers of each times its weight. */
export function joinSparse(rows: number, parts: readonly Table[], weights: readonly number[]): Table {
  const columns = parts.reduce((sum, part) => sum + part.columns, 0);
  const entries = parts.map(sparseRowsOf);
  const builder = new SparseBuilder(rows, columns);
  for (let i = 0; i < rows; i++) {
    let offset = 0;
    parts.forEach((part, p) => {
      const { starts, indices, values } = entries[p];
      for (let k = starts[i]; k < starts[i + 1]; k++)
        builder.add(offset + indices[k], values[k] * weights[p]);
      offset += part.columns;
    });
    builder.endRow();
  }
  return builder.table();
}

/** The rows of several sparse tables one below the other. */
export function joinSparseRows(parts: readonly SparseRows[]): SparseRows {
  const rows = parts.reduce((sum, { starts }) => sum + starts.length - 1, 0);
  const size = parts.reduce((sum, { values }) => sum + values.length, 0);
  const [starts, indices, values] = [new Int32Array(rows + 1), new Int32Array(size), new Float64Array(size)];
  let [row, at] = [0, 0];
  for (const part of parts) {
    indices.set(part.indices, at);
    values.set(part.values, at);
    for (let i = 1; i < part.starts.length; i++) starts[++row] = at + part.starts[i];
    at += part.values.length;
  }
  return { starts, indices, values };
}
