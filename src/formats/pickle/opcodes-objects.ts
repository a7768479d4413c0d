/** Opcodes that name classes and functions, call them and apply states. */
import { PyDict, PyTuple, type PyValue } from './values.js';
import type { Handler, Machine } from './machine.js';

export const OBJECT_OPCODES: Readonly<Record<number, Handler>> = {
  /* PROTO */ 0x80: (m) => {
    const protocol = m.reader.u8();
    if (protocol > 5) throw m.reader.damage(`pickle protocol ${protocol} is not known; 5 is the newest`);
  },
  /* FRAME */ 0x95: (m) => {
    const length = m.reader.u64();
    if (length > m.reader.left) {
      throw m.reader.damage(
        `a frame of ${length} bytes is announced where the file has ${m.reader.left} more`,
      );
    }
  },
  /* STOP '.' */ 0x2e: (m) => m.stop(),
  /* GLOBAL 'c' */ 0x63: (m) => {
    const module = nameLine(m);
    m.push(m.find(module, nameLine(m)));
  },
  /* STACK_GLOBAL */ 0x93: (m) => {
    const name = m.pop();
    m.push(m.find(m.pop(), name));
  },
  /* REDUCE 'R' */ 0x52: (m) => {
    const args = tuple(m, m.pop());
    m.push(m.world.call(m.callee(m.pop()), args, m.budget));
  },
  /* BUILD 'b' */ 0x62: (m) => {
    const state = m.pop();
    m.replaceTop(m.world.build(m.top, state, m));
  },
  /* NEWOBJ */ 0x81: (m) => {
    const args = tuple(m, m.pop());
    m.push(m.world.instance(m.callee(m.pop()), args, m.budget));
  },
  /* NEWOBJ_EX */ 0x92: (m) => {
    const named = m.pop();
    const args = tuple(m, m.pop());
    if (!(named instanceof PyDict) || named.size > 0)
      throw m.reader.damage('an object is made with named arguments');
    m.push(m.world.instance(m.callee(m.pop()), args, m.budget));
  },
  /* INST 'i' */ 0x69: (m) => {
    const module = nameLine(m);
    const callee = m.find(module, nameLine(m));
    m.push(m.world.instance(callee, m.popMark(), m.budget));
  },
  /* OBJ 'o' */ 0x6f: (m) => {
    const [callee, ...args] = m.popMark();
    m.push(m.world.instance(m.callee(callee ?? null), args, m.budget));
  },
  /* PERSID 'P' */ 0x50: (m) => refuse(m, 'persistent ids, which stand for things outside it'),
  /* BINPERSID 'Q' */ 0x51: (m) => refuse(m, 'persistent ids, which stand for things outside it'),
  /* EXT1 */ 0x82: (m) => refuse(m, 'the extension registry of the program that wrote it'),
  /* EXT2 */ 0x83: (m) => refuse(m, 'the extension registry of the program that wrote it'),
  /* EXT4 */ 0x84: (m) => refuse(m, 'the extension registry of the program that wrote it'),
  /* NEXT_BUFFER */ 0x97: (m) => refuse(m, 'buffers kept outside the file'),
  /* READONLY_BUFFER */ 0x98: (m) => refuse(m, 'buffers kept outside the file'),
};

/** A module or name in a line of UTF-8. */
function nameLine(m: Machine): string {
  const text = m.reader.line(4 * m.budget.limits.nameLength);
  return Buffer.from(text, 'latin1').toString('utf8');
}

function tuple(m: Machine, value: PyValue): readonly PyValue[] {
  if (value instanceof PyTuple) return value.items;
  throw m.reader.damage('the arguments of a call are not a tuple');
}

function refuse(m: Machine, what: string): never {
  throw m.reader.damage(`it needs ${what}`);
}
