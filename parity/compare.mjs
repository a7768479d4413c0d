/** One case: imports and loads the model file as the server does, asks it what the library was asked, compares. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ModelInputError, ModelFileError } from '../dist/src/inference/model.js';
import { importModel } from '../dist/src/formats/formats.js';
import { importSource } from '../dist/src/formats/source.js';
import { loadPackage } from '../dist/src/packages/load-package.js';
import { writePackage } from '../dist/src/packages/manifest.js';

/** The most by which numbers may differ, absolutely or relative to the library's. */
const TOLERANCE = 1e-9;

/**
 * @param file path of the model file
 * @param record its line of cases.ndjson
 * @returns {Promise<{verdict: 'agree' | 'disagree' | 'refused', detail?: string, error: number}>}
 */
export async function compareCase(file, { inputs, answers, exact: sameBits = [], tolerance }) {
  let model;
  try {
    model = await load(file);
  } catch (error) {
    const refused = error instanceof ModelFileError;
    return {
      verdict: refused ? 'refused' : 'disagree',
      detail: refused ? error.message : error.stack,
      error: 0,
    };
  }
  const offered = model.signature.outputs.map(({ name }) => name);
  const strange = offered.find((name) => !(name in answers));
  if (strange !== undefined) return disagree(`has ${strange}, which the library has not`);
  let worst = 0;
  for (const [name, expected] of Object.entries(answers)) {
    if (expected === null) continue;
    if (!offered.includes(name)) return disagree(`has no ${name}`);
    try {
      const [actual] = model.infer(tensorsOf(inputs, model.signature), [name]);
      const exact = sameBits.includes(name) || (name === 'predict' && model.signature.classes !== undefined);
      worst = Math.max(worst, difference(actual, expected, exact));
    } catch (error) {
      // The server gives no prediction that is not finite; where the library gives one, an error is the answer.
      if (error instanceof ModelInputError && !expected.data.every(isFinite)) continue;
      const told = error instanceof ModelInputError || error instanceof Difference;
      return disagree(`${name}: ${told ? error.message : error.stack}`);
    }
  }
  return worst <= (tolerance ?? TOLERANCE)
    ? { verdict: 'agree', error: worst }
    : disagree(`numbers differ by ${worst}`, worst);
}

function isFinite(value) {
  return value !== null && value !== 'inf' && value !== '-inf';
}

class Difference extends Error {}

async function load(file) {
  const { files, ...about } = await importModel(await importSource(file));
  const dir = await mkdtemp(join(tmpdir(), 'parity-model-'));
  try {
    const packageDir = join(dir, '1');
    await writePackage(packageDir, { schemaVersion: 1, name: 'model', version: '1', ...about }, files);
    return (await loadPackage(packageDir)).model;
  } finally {
    await rm(dir, { recursive: true });
  }
}

function disagree(detail, error = 0) {
  return { verdict: 'disagree', detail, error };
}

/** The inputs as the signature asks for them: one matrix of numbers, or a column a feature. */
function tensorsOf({ columns, tensors }, { inputs }) {
  if (tensors !== undefined) return inputs.map((spec) => tensorOf(spec, tensors[spec.name]));
  const rows = columns[0].length;
  if (inputs.length === 1 && inputs[0].datatype === 'FP64' && inputs[0].shape[1] !== 1) {
    const data = new Float64Array(rows * columns.length);
    columns.forEach((values, j) =>
      values.forEach((value, i) => (data[i * columns.length + j] = numberOf(value))),
    );
    return [{ ...inputs[0], shape: [rows, columns.length], data }];
  }
  return inputs.map(({ name, datatype }, j) => ({
    name,
    datatype,
    shape: [rows, 1],
    data:
      datatype === 'BYTES'
        ? columns[j].map((value) => (value === null ? null : String(value)))
        : Float64Array.from(columns[j], numberOf),
  }));
}

function tensorOf({ name, datatype }, { shape, data }) {
  const numbers = datatype === 'INT32' ? Int32Array : Float32Array;
  return { name, datatype, shape, data: numbers.from(data, numberOf) };
}

/** The largest difference. @throws Difference where a label, the shape, or what is missing is not the library's */
function difference({ shape: given, datatype, data: values }, { shape, data }, exact) {
  const width = shape.slice(1).reduce((product, size) => product * size, 1);
  if (given[0] !== shape[0] || given.slice(1).reduce((product, size) => product * size, 1) !== width) {
    throw new Difference(`gives ${given.join(' × ')} values, the library ${shape.join(' × ')}`);
  }
  let worst = 0;
  data.forEach((expected, k) => {
    const off = apart(values[k], expected, datatype);
    if (off > 0 && (exact || off === Infinity)) {
      throw new Difference(
        `row ${Math.floor(k / width)}, column ${k % width}: ${values[k]}, the library ${expected}`,
      );
    }
    worst = Math.max(worst, off);
  });
  return worst;
}

/** How far two values are apart: Infinity where one is text or missing and the other is not the same. */
function apart(value, expected, datatype) {
  if (value === expected) return 0;
  const [a, b] = [
    datatype === 'BYTES' && value !== null ? Number(value) : numberOf(value),
    numberOf(expected),
  ];
  if (Number.isNaN(a) || Number.isNaN(b)) {
    const bothMissing = expected === null && (value === null || Number.isNaN(value) || value === 'NaN');
    return bothMissing ? 0 : Infinity;
  }
  if (a === b) return 0;
  return Math.abs(a - b) / Math.max(1, Math.abs(b));
}

function numberOf(value) {
  if (value === null) return NaN;
  if (typeof value === 'string') return value === 'inf' ? Infinity : value === '-inf' ? -Infinity : NaN;
  return Number(value);
}
