import { PyFunction, type PyValue } from './values.js';
import type { ByteReader } from './byte-reader.js';
import type { Budget } from './limits.js';
import { refusal } from './refusals.js';

/** Resolves the file's names, and calls to them. */
export interface World {
  /** The function or class of this name. @throws ModelFileError where it is not let in */
  find(module: string, name: string): PyFunction;
  /** The result of calling it. @throws ModelFileError */
  call(callee: PyFunction, args: readonly PyValue[], budget: Budget): PyValue;
  /** An instance of the class, made without its constructor. @throws ModelFileError */
  instance(callee: PyFunction, args: readonly PyValue[], budget: Budget): PyValue;
  /** Applies a state to a value; returns the value to use from then on. @throws ModelFileError */
  build(target: PyValue, state: PyValue, machine: Machine): PyValue;
}

/** The result of one opcode: nothing, or the end. */
export type Handler = (machine: Machine) => void;

const WORD = 8;

/**
 * The pickle machine of PEP 307, 3154 and 574 over plain data: a stack, marks on it and a memo. It executes nothing.
 * The world resolves names.
 */
export class Machine {
  private stack: PyValue[] = [];
  private readonly outer: PyValue[][] = [];
  private readonly memo = new Map<number, PyValue>();
  private done = false;

  /**
   * @param opcodes one handler per byte; undefined for bytes that are not opcodes
   * @param nested true for a pickle inside another file's arrays
   */
  constructor(
    readonly reader: ByteReader,
    readonly budget: Budget,
    readonly world: World,
    readonly opcodes: readonly (Handler | undefined)[],
    readonly nested = false,
  ) {}

  /** Executes opcodes up to STOP; the reader is then after it. @throws ModelFileError */
  run(): PyValue {
    while (!this.done) {
      this.budget.opcode();
      const code = this.reader.u8();
      const handler = this.opcodes[code];
      if (handler === undefined) {
        this.reader.position--;
        throw this.reader.damage(`0x${code.toString(16).padStart(2, '0')} is not a pickle opcode`);
      }
      handler(this);
    }
    return this.pop();
  }

  stop(): void {
    this.done = true;
  }

  push(value: PyValue): void {
    if (this.stack.length >= this.budget.limits.stackDepth) throw this.reader.damage('the stack is too deep');
    this.stack.push(value);
  }

  pop(): PyValue {
    const value = this.stack.pop();
    if (value === undefined) throw this.reader.damage('the stack is empty');
    return value;
  }

  get top(): PyValue {
    if (this.stack.length === 0) throw this.reader.damage('the stack is empty');
    return this.stack[this.stack.length - 1];
  }

  replaceTop(value: PyValue): void {
    this.pop();
    this.push(value);
  }

  /** Pops a value, or a mark if one is on top. */
  discard(): void {
    if (this.stack.length > 0) this.stack.pop();
    else this.popMark();
  }

  mark(): void {
    if (this.outer.length >= this.budget.limits.nesting) throw this.reader.damage('too deeply nested');
    this.budget.heap(64);
    this.outer.push(this.stack);
    this.stack = [];
  }

  /** The values above the last mark, which is removed. The caller owns the array. */
  popMark(): PyValue[] {
    const values = this.stack;
    const below = this.outer.pop();
    if (below === undefined) throw this.reader.damage('no mark is on the stack');
    this.stack = below;
    this.budget.heap(WORD * values.length);
    return values;
  }

  remember(index: number, value: PyValue): void {
    this.budget.heap(40);
    this.memo.set(index, value);
  }

  get memoSize(): number {
    return this.memo.size;
  }

  recall(index: number): PyValue {
    const value = this.memo.get(index);
    if (value === undefined) throw this.reader.damage(`memo ${index} is empty`);
    return value;
  }

  /** Pops the function or class that an opcode calls. */
  callee(value: PyValue): PyFunction {
    if (value instanceof PyFunction) return value;
    throw this.reader.damage('the called value is not a function or class');
  }

  /** A global by name. @throws ModelFileError where it is not let in */
  find(module: PyValue, name: PyValue): PyFunction {
    if (typeof module !== 'string' || typeof name !== 'string') {
      throw this.reader.damage('the name of a class is not text');
    }
    const limit = this.budget.limits.nameLength;
    if (module.length > limit || name.length > limit) {
      throw refusal(`${module}.${name}`);
    }
    this.budget.heap(64);
    return this.world.find(module, name);
  }
}
