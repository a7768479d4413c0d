import { ModelFileError } from '../../inference/model.js';
import { PyFunction, type PyValue } from './values.js';
import { admit } from './admission.js';
import { ByteReader } from './byte-reader.js';
import { compressionOf, type Compression } from './compression/decompress.js';
import { OutsideObject } from './containers.js';
import { decompressed } from './index.js';
import type { Libraries } from './libraries.js';
import { Budget, DEFAULT_LIMITS, type PickleLimits } from './limits.js';
import { Machine } from './machine.js';
import { OPCODES } from './opcodes.js';
import { printable } from './refusals.js';
import { scanNames } from './scan.js';
import { ClosedWorld } from './world.js';

/** A class or function that a file names. */
export interface NamedGlobal {
  readonly name: string;
  /** Whether the reader admits it. */
  readonly admitted: boolean;
}

/** The result of an inspection. */
export interface PickleInspection {
  readonly compression?: Compression;
  readonly protocol?: number;
  /** Every class and function named, in the order of first appearance. */
  readonly globals: readonly NamedGlobal[];
  /** The reason in one line if the file would be rejected. */
  readonly refusal?: string;
}

/**
 * Lists the names in a pickle or joblib file, even a hostile one. Nothing is executed: names that are not admitted
 * become empty objects, and bytes after a damaged place are only searched for names.
 */
export async function inspectPickle(
  bytes: Uint8Array,
  libraries: Libraries,
  limits: PickleLimits = DEFAULT_LIMITS,
): Promise<PickleInspection> {
  const compression = compressionOf(bytes);
  const found = { ...(compression !== undefined && { compression }) };
  try {
    return { ...found, ...lookInto(await decompressed(bytes, limits), libraries, limits) };
  } catch (error) {
    return { ...found, globals: [], refusal: reason(error) };
  }
}

function lookInto(plain: Uint8Array, libraries: Libraries, limits: PickleLimits): PickleInspection {
  const world = new LenientWorld(libraries);
  const reader = new ByteReader(plain);
  const protocol = plain[0] === 0x80 && plain.length > 1 ? { protocol: plain[1] } : {};
  try {
    new Machine(reader, new Budget(limits, plain.length), world, OPCODES).run();
  } catch (error) {
    world.refusal ??= reason(error);
    for (const [module, name] of scanNames(plain, reader.position)) world.note(module, name);
  }
  const globals = [...world.names].map(([name, admitted]) => ({ name, admitted }));
  return { ...protocol, globals, ...(world.refusal !== undefined && { refusal: world.refusal }) };
}

const NAMES_SHOWN = 10_000;

/** Admits and counts every name, as an empty object if it is not on the closed list. */
class LenientWorld extends ClosedWorld {
  readonly names = new Map<string, boolean>();
  refusal: string | undefined;

  note(module: string, name: string): boolean {
    const admitted = admit(module, name, this.libraries) !== undefined;
    const shown = printable(`${module}.${name}`);
    if (this.names.size < NAMES_SHOWN && !this.names.has(shown)) this.names.set(shown, admitted);
    return admitted;
  }

  override find(module: string, name: string): PyFunction {
    this.note(module, name);
    return this.attempt(() => super.find(module, name)) ?? new PyFunction(`${module}.${name}`);
  }

  override call(callee: PyFunction, args: readonly PyValue[], budget: Budget): PyValue {
    return this.attempt(() => super.call(callee, args, budget)) ?? this.outside(callee, budget);
  }

  override instance(callee: PyFunction, args: readonly PyValue[], budget: Budget): PyValue {
    return this.attempt(() => super.instance(callee, args, budget)) ?? this.outside(callee, budget);
  }

  private outside(callee: PyFunction, budget: Budget): OutsideObject {
    this.names.set(printable(callee.name), false);
    budget.heap(250);
    return new OutsideObject(callee.name);
  }

  /** Keeps the first refusal. Errors of damage and limits are thrown if the inspection cannot continue. */
  private attempt<T>(action: () => T): T | undefined {
    try {
      return action();
    } catch (error) {
      this.refusal ??= reason(error);
      return undefined;
    }
  }
}

function reason(error: unknown): string {
  if (error instanceof ModelFileError) return error.message;
  throw error;
}
