/** Opcodes that create, fill and memoise lists, tuples, dicts and sets. */
import { PyDict, PyList, PySet, PyTuple, type PyValue } from './values.js';
import { fill } from './containers.js';
import type { Handler, Machine } from './machine.js';

/** Bytes of heap that an empty container takes, and one entry of a dict. */
const CONTAINER_COST = 80;

export const CONTAINER_OPCODES: Readonly<Record<number, Handler>> = {
  /* MARK '(' */ 0x28: (m) => m.mark(),
  /* POP '0' */ 0x30: (m) => m.discard(),
  /* POP_MARK '1' */ 0x31: (m) => void m.popMark(),
  /* DUP '2' */ 0x32: (m) => m.push(m.top),
  /* EMPTY_LIST ']' */ 0x5d: (m) => made(m, new PyList([])),
  /* EMPTY_TUPLE ')' */ 0x29: (m) => made(m, new PyTuple([])),
  /* EMPTY_DICT '}' */ 0x7d: (m) => made(m, new PyDict()),
  /* EMPTY_SET */ 0x8f: (m) => made(m, new PySet([])),
  /* LIST 'l' */ 0x6c: (m) => made(m, new PyList(m.popMark())),
  /* TUPLE 't' */ 0x74: (m) => made(m, new PyTuple(m.popMark())),
  /* TUPLE1 */ 0x85: (m) => made(m, new PyTuple([m.pop()])),
  /* TUPLE2 */ 0x86: (m) => made(m, new PyTuple(popped(m, 2))),
  /* TUPLE3 */ 0x87: (m) => made(m, new PyTuple(popped(m, 3))),
  /* FROZENSET */ 0x91: (m) => made(m, new PySet(m.popMark())),
  /* DICT 'd' */ 0x64: (m) => {
    const items = m.popMark();
    const dict = new PyDict();
    fill.entries(m, dict, items);
    made(m, dict);
  },
  /* APPEND 'a' */ 0x61: (m) => {
    const item = m.pop();
    fill.items(m, m.top, [item]);
  },
  /* APPENDS 'e' */ 0x65: (m) => {
    const items = m.popMark();
    fill.items(m, m.top, items);
  },
  /* ADDITEMS */ 0x90: (m) => {
    const items = m.popMark();
    fill.items(m, m.top, items);
  },
  /* SETITEM 's' */ 0x73: (m) => {
    const entry = popped(m, 2);
    fill.entries(m, m.top, entry);
  },
  /* SETITEMS 'u' */ 0x75: (m) => {
    const items = m.popMark();
    fill.entries(m, m.top, items);
  },
  /* PUT 'p' */ 0x70: (m) => m.remember(memoIndex(m), m.top),
  /* BINPUT 'q' */ 0x71: (m) => m.remember(m.reader.u8(), m.top),
  /* LONG_BINPUT 'r' */ 0x72: (m) => m.remember(m.reader.u32(), m.top),
  /* MEMOIZE */ 0x94: (m) => m.remember(m.memoSize, m.top),
  /* GET 'g' */ 0x67: (m) => m.push(m.recall(memoIndex(m))),
  /* BINGET 'h' */ 0x68: (m) => m.push(m.recall(m.reader.u8())),
  /* LONG_BINGET 'j' */ 0x6a: (m) => m.push(m.recall(m.reader.u32())),
};

function made(m: Machine, container: PyValue): void {
  m.budget.heap(CONTAINER_COST);
  m.push(container);
}

function popped(m: Machine, count: number): PyValue[] {
  const values: PyValue[] = [];
  for (let i = 0; i < count; i++) values.push(m.pop());
  return values.reverse();
}

function memoIndex(m: Machine): number {
  const text = m.reader.line(20);
  const index = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(index)) throw m.reader.damage('a memo has no number');
  return index;
}
