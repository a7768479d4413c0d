/** Fitted estimators as the pickle reader returns them, from plain values. */
import type { Evaluator, Table } from '../../src/inference/tabular/evaluator.js';
import { buildEvaluator } from '../../src/formats/pickled-libraries.js';
import { NdArray, PyDict, PyList, PyObject, PyTuple, type PyValue } from '../../src/formats/pickle/values.js';

type Plain = PyValue | readonly Plain[] | undefined;

/** An estimator of sklearn with these attributes; JavaScript arrays become Python lists. */
export function estimator(className: string, attributes: Record<string, Plain>): PyObject {
  const entries = Object.entries({ _sklearn_version: '1.9.1', ...attributes });
  return new PyObject(
    `sklearn.spec.${className}`,
    new Map(entries.map(([name, value]) => [name, toPython(value)])),
  );
}

/** A float64 array of one dimension, or of two for rows of equal length. */
export function floats(values: readonly number[] | readonly (readonly number[])[]): NdArray {
  const rows = values as readonly (readonly number[])[];
  const isMatrix = Array.isArray(values[0]);
  const shape = isMatrix ? [rows.length, rows[0].length] : [values.length];
  return new NdArray(
    { kind: 'f', itemsize: 8 },
    shape,
    Float64Array.from((isMatrix ? rows.flat() : values) as number[]),
  );
}

/** An array of objects. */
export function objects(...values: PyValue[]): NdArray {
  return new NdArray({ kind: 'O', itemsize: 8 }, [values.length], values);
}

/** A boolean array. */
export function mask(...values: boolean[]): NdArray {
  return new NdArray({ kind: 'b', itemsize: 1 }, [values.length], Uint8Array.from(values, Number));
}

export function tuple(...items: Plain[]): PyTuple {
  return new PyTuple(items.map(toPython));
}

export function dict(entries: Record<string, PyValue>): PyDict {
  return new PyDict(Object.entries(entries));
}

export function evaluatorOf(className: string, attributes: Record<string, Plain>): Evaluator {
  return buildEvaluator(estimator(className, attributes));
}

/** A table of these rows. A column that contains text is text. */
export function table(...rows: (number | string | null)[][]): Table {
  const columns = rows[0].length;
  const text = new Map<number, (string | null)[]>();
  for (let j = 0; j < columns; j++) {
    if (rows.some((row) => typeof row[j] === 'string'))
      text.set(
        j,
        rows.map((row) => row[j] as string | null),
      );
  }
  const numbers = Float64Array.from(rows.flat(), (value) => (typeof value === 'number' ? value : NaN));
  return { rows: rows.length, columns, numbers, ...(text.size > 0 && { text }) };
}

/** The rows of a table, with text and numbers. */
export function rowsOf({ rows, columns, numbers, text }: Table): (number | string | null)[][] {
  return Array.from({ length: rows }, (_, i) =>
    Array.from({ length: columns }, (_, j) => {
      const words = text?.get(j);
      return words === undefined ? numbers[i * columns + j] : words[i];
    }),
  );
}

/** The result of `transform` for the rows. */
export function transformed(
  evaluator: Evaluator,
  ...rows: (number | string | null)[][]
): (number | string | null)[][] {
  return rowsOf(evaluator.transform!(table(...rows)));
}

function toPython(value: Plain): PyValue {
  if (value === undefined) return null;
  return Array.isArray(value) ? new PyList(value.map(toPython)) : (value as PyValue);
}
