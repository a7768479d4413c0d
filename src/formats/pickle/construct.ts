import type { Budget } from './limits.js';
import type { PyFunction, PyValue } from './values.js';

/** The context of a constructor besides its arguments. */
export interface Making {
  readonly budget: Budget;
  /** The function or class of this name. @throws ModelFileError where it is not let in */
  find(module: string, name: string): PyFunction;
  /** An instance of the class, made without its constructor. @throws ModelFileError */
  instance(callee: PyFunction, args: readonly PyValue[]): PyValue;
}

/** Calls a function or class of the closed list. */
export type Construct = (args: readonly PyValue[], making: Making) => PyValue;
