/** The values of JSON and UBJSON files, with typed access by path. */
import { ModelFileError } from '../../inference/model.js';

export type Numbers = Float64Array | Float32Array | Int32Array | Int16Array | Int8Array | Uint8Array;

/** A value of a model document. Lists of numbers are typed arrays; objects are Maps, so that no key is special. */
export type Value = null | boolean | number | string | Numbers | readonly Value[] | Fields;
export type Fields = ReadonlyMap<string, Value>;

/** Maximum nesting of objects and lists. Real models have eight levels. */
export const MAX_DEPTH = 64;

/** Members of trees that predictions do not depend on. They are skipped. */
export const UNUSED: ReadonlySet<string> = new Set(['loss_changes', 'sum_hessian', 'parents']);

/** Limits the memory of a document. @throws ModelFileError from `take`, if the limit is exceeded */
export class Allowance {
  private left: number;

  constructor(fileBytes: number) {
    this.left = 64 * 2 ** 20 + 8 * fileBytes;
  }

  /** @param bytes approximate size of the value to be created */
  take(bytes: number): void {
    this.left -= bytes;
    if (!(this.left >= 0)) throw damaged('its values take far more memory than the file has bytes');
  }
}

export function damaged(what: string): ModelFileError {
  return new ModelFileError(`damaged XGBoost model: ${what}`);
}

/** The object under `key`. @throws ModelFileError */
export function object(parent: Fields, key: string): Fields {
  const value = parent.get(key);
  if (value instanceof Map) return value as Fields;
  throw damaged(`${key} is ${shown(value)}, where an object was expected`);
}

/** The objects of a list. @throws ModelFileError */
export function objects(parent: Fields, key: string): readonly Fields[] {
  return list(parent, key).map((item) => {
    if (item instanceof Map) return item as Fields;
    throw damaged(`${key} holds ${shown(item)}, where objects were expected`);
  });
}

export function list(parent: Fields, key: string): readonly Value[] {
  const value = parent.get(key);
  if (Array.isArray(value)) return value as readonly Value[];
  throw damaged(`${key} is ${shown(value)}, where a list was expected`);
}

/** A list of numbers (or truth values), `length` of them if given. @throws ModelFileError */
export function numbers(parent: Fields, key: string, length?: number): Numbers {
  const value = parent.get(key);
  let found: Numbers | undefined;
  if (ArrayBuffer.isView(value)) found = value;
  else if (
    Array.isArray(value) &&
    value.every((item) => typeof item === 'boolean' || typeof item === 'number')
  )
    found = Float64Array.from(value as readonly (boolean | number)[], Number);
  if (found === undefined) throw damaged(`${key} is ${shown(value)}, where a list of numbers was expected`);
  if (length !== undefined && found.length !== length)
    throw damaged(`${key} has ${found.length} values, where ${length} were expected`);
  return found;
}

export function text(parent: Fields, key: string): string {
  const value = parent.get(key);
  if (typeof value === 'string') return value;
  throw damaged(`${key} is ${shown(value)}, where text was expected`);
}

/** The texts of a list; undefined where there is none, or it is empty. */
export function texts(parent: Fields, key: string): readonly string[] | undefined {
  const value = parent.get(key);
  if (!Array.isArray(value) || value.length === 0) return undefined;
  if (!value.every((item) => typeof item === 'string')) throw damaged(`${key} holds what is not text`);
  return value;
}

/** A whole number from `least` on, which XGBoost writes as text ("3") or as a number. `fallback` where it is absent. */
export function whole(parent: Fields, key: string, least: number, most: number, fallback?: number): number {
  const value = parent.get(key);
  if (value === undefined && fallback !== undefined) return fallback;
  const found = typeof value === 'string' && /^-?\d{1,12}$/.test(value) ? Number(value) : value;
  if (typeof found === 'number' && Number.isInteger(found) && found >= least && found <= most) return found;
  throw damaged(`${key} is ${shown(value)}, where a whole number from ${least} to ${most} was expected`);
}

export function shown(value: Value | undefined): string {
  if (value === undefined) return 'missing';
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 40));
  if (typeof value !== 'object' || value === null) return String(value);
  if (value instanceof Map) return 'an object';
  return `a list of ${(value as { length: number }).length}`;
}
