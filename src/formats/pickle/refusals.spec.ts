import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ModelFileError } from '../../inference/model.js';
import { DEFAULT_LIMITS, readPickle } from './index.js';
import { libraries } from '../pickled-libraries.js';
import { inspectPickle } from './inspect.js';

const fixtures = join(import.meta.dirname, '../../../test/fixtures');
const hostile = join(fixtures, 'hostile');
const bombs = join(fixtures, 'bombs');

/** Bytes of a pickle: text as latin-1, numbers as bytes. */
const pickle = (...parts: (string | number)[]) =>
  Buffer.concat(
    parts.map((part) => (typeof part === 'number' ? Buffer.from([part]) : Buffer.from(part, 'latin1'))),
  );
const u32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes.toString('latin1');
};
const repeat = (part: string, count: number) => part.repeat(count);

/** numpy.dtype(code), its BUILD state left out. */
const dtype = (code: string) => `cnumpy\ndtype\n(X${u32(code.length)}${code}I0\nI1\ntR`;
const array = (shape: string, type: string, data: string) =>
  `cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(I0\ntS'b'\ntR(I1\n(${shape}t${type}I00\n${data}tb.`;

const message = async (bytes: Uint8Array) => {
  const error: unknown = await readPickle(bytes, libraries).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ModelFileError);
  return (error as Error).message;
};

describe('names', () => {
  it.each([
    ['posix.system', pickle("cposix\nsystem\n(S'touch PWNED'\ntR.")],
    ['os.system', pickle("(S'touch PWNED'\nios\nsystem\n.")],
    ['__builtin__.eval', pickle("c__builtin__\neval\n(S'1'\ntR.")],
    ['builtins.getattr', pickle("cbuiltins\ngetattr\n(cnumpy\nndarray\nS'__class__'\ntR.")],
    ['builtins.__import__', pickle('cbuiltins\n__import__\n.')],
    ['__main__.MyScaler', pickle('c__main__\nMyScaler\n.')],
    ['numpy.load', pickle('cnumpy\nload\n.')],
    ['numpy.f2py.crackfortran.myeval', pickle('cnumpy.f2py.crackfortran\nmyeval\n.')],
    ['sklearn.utils.os.system', pickle('csklearn.utils\nos.system\n.')],
    ['sklearnx.svm.SVC', pickle('csklearnx.svm\nSVC\n.')],
    ['functools.reduce', pickle('cfunctools\nreduce\n.')],
    ['__proto__.constructor', pickle('c__proto__\nconstructor\n.')],
    ['pandas.read_pickle', pickle('cpandas\nread_pickle\n.')],
    ['joblib.load', pickle('cjoblib\nload\n.')],
  ])('refuses %s by name', async (name, bytes) => {
    expect(await message(bytes)).toBe(
      `refused: ${name} is not a class or function that a model file may name; nothing was run`,
    );
    const { globals } = await inspectPickle(bytes, libraries);
    expect(globals.find((entry) => entry.name === name)).toEqual({ name, admitted: false });
  });

  it('refuses to call what may only be referred to', async () => {
    const bytes = pickle("csklearn.datasets\nfetch_openml\n(S'x'\ntR.");
    expect(await message(bytes)).toBe(
      'refused: a model file may not call sklearn.datasets.fetch_openml; nothing was run',
    );
    expect(await message(pickle('cnumpy\nlog1p\n(I1\ntR.'))).toBe(
      'refused: a model file may not call numpy.log1p; nothing was run',
    );
  });

  it('refuses a name of unreasonable length without repeating it', async () => {
    const name = repeat('m', 250);
    const bytes = pickle(0x80, 4, 0x8c, 250, name, 0x8c, 1, 'x', 0x93, '.');
    expect(await message(bytes)).toBe(
      `refused: ${repeat('m', 120)}… is not a class or function that a model file may name; nothing was run`,
    );
  });
});

describe('names that would disturb a terminal or a log', () => {
  it('are shown on one line without control characters', async () => {
    const bytes = pickle(0x80, 4, 0x8c, 6, '\x1b[2Ja\n', 0x8c, 1, 'x', 0x93, '.');
    expect(await message(bytes)).toBe(
      'refused: \ufffd[2Ja\ufffd.x is not a class or function that a model file may name; nothing was run',
    );
  });
});

describe('size', () => {
  it.each([
    ['bytes announced', pickle(0x80, 4, 0x8e, repeat('\xff', 7), 0x3f), /are due where the file has 0 more$/],
    ['a frame announced', pickle(0x80, 4, 0x95, repeat('\xff', 8)), /a frame of 18446744073709552000 bytes/],
    ['a text announced', pickle(0x80, 4, 0x58, u32(0xffffffff)), /a string of 4294967295 bytes$/],
    ['a negative text', pickle('T', u32(0xffffffff), '.'), /a string of -1 bytes$/],
    [
      'an integer of many digits',
      pickle(0x80, 2, 0x8b, u32(5000), repeat('\x01', 5000), '.'),
      /an integer of 5000 bytes$/,
    ],
    ['an integer in text', pickle('L', repeat('9', 5000), 'L\n.'), /a line has no end$/],
    ['marks', pickle(repeat('(', 100_000)), /too deeply nested$/],
    [
      'a shape without its data',
      pickle(array('I1000000\nI1000000\n', dtype('f8'), "S''\n")),
      /has 0 bytes, where 8000000000000 are due$/,
    ],
    [
      'a shape of items of no size',
      pickle(array('I1000000000\nI1000\n', dtype('S0'), "S''\n")),
      /more than \d+ bytes of objects$/,
    ],
    ['a negative shape', pickle(array('I-1\n', dtype('f8'), "S''\n")), /has a damaged shape$/],
    [
      'a shape beyond numbers',
      pickle(array('I9007199254740991\nI9007199254740991\n', dtype('f8'), "S''\n")),
      /has a damaged shape$/,
    ],
    ['an unknown dtype', pickle(dtype('q3z')), /dtype "q3z" is not supported$/],
    ['an impossible dtype', pickle(dtype('f5')), /dtype in the file is damaged$/],
  ])('%s', async (_, bytes, expected) => {
    expect(await message(bytes)).toMatch(expected);
  });

  it('counts an array as often as it is made of the same bytes', async () => {
    const data = repeat('x', 1 << 20);
    const again = `cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(I0\ntS'b'\ntR(I1\n(I${1 << 20}\nt${dtype('u1')}I00\nh\x00tb0`;
    const bytes = pickle('B', u32(1 << 20), data, 'q\x000', repeat(again, 200), 'N.');
    expect(await message(bytes)).toBe(
      'the pickle is too large to read safely: its arrays take far more memory than the file has bytes',
    );
  });

  it('counts the objects that a short file makes', async () => {
    const limits = { ...DEFAULT_LIMITS, opcodes: 1000, stackDepth: 100 };
    await expect(readPickle(pickle(repeat('N0', 600), 'N.'), libraries, limits)).rejects.toThrow(
      'more than 1000 instructions',
    );
    await expect(readPickle(pickle(repeat('N', 200), '.'), libraries, limits)).rejects.toThrow(
      'the stack is too deep',
    );
    const doubling = pickle(']q\x00', repeat('(h\x00h\x00h\x00h\x00l2', 30), '.');
    await expect(readPickle(doubling, libraries, { ...limits, heapBytes: 1000 })).rejects.toThrow(
      'more than 1000 bytes of objects',
    );
  });

  it.each(readdirSync(bombs))('stops unpacking %s in time', async (file) => {
    const bytes = readFileSync(join(bombs, file));
    const limits = { ...DEFAULT_LIMITS, decompressedFree: 1_000_000, decompressionRatio: 10 };
    const bound = 1_000_000 + 10 * bytes.length;
    await expect(readPickle(bytes, libraries, limits)).rejects.toThrow(
      `the file expands to more than ${bound} bytes when decompressed; refused as a possible decompression bomb`,
    );
  });
});

describe('damage', () => {
  it.each([
    [
      'nothing at all',
      pickle(),
      /^not a readable pickle: byte 0: 1 bytes are due where the file has 0 more$/,
    ],
    ['no value', pickle('.'), /the stack is empty$/],
    ['an unknown instruction', pickle('N', 0xff), /byte 1: 0xff is not a pickle opcode$/],
    ['a protocol to come', pickle(0x80, 6, 'N.'), /pickle protocol 6 is not known; 5 is the newest$/],
    ['persistent ids', pickle('P1\n.'), /it needs persistent ids, which stand for things outside it$/],
    ['the extension registry', pickle(0x80, 2, 0x82, 1, '.'), /it needs the extension registry/],
    ['buffers elsewhere', pickle(0x80, 5, 0x97, '.'), /it needs buffers kept outside the file$/],
    ['a memo that is empty', pickle('h\x05.'), /memo 5 is empty$/],
    ['a list for a key', pickle('}(]Nu.'), /has a list, dict or set for a key$/],
    ['an odd dict', pickle('}(Nu.'), /a key without a value$/],
    ['a call of no function', pickle('N)R.'), /the called value is not a function or class$/],
    ['a state for a number', pickle('K\x01}b.'), /a state is given to what has none$/],
    ['a mark that is missing', pickle('t.'), /no mark is on the stack$/],
    ['text that is not quoted', pickle('Sabc\n.'), /not quoted or escaped/],
  ])('%s', async (_, bytes, expected) => {
    expect(await message(bytes)).toMatch(expected);
  });

  it('reads what refers to itself', async () => {
    expect(await readPickle(pickle(']q\x00h\x00a.'), libraries)).toBeDefined();
    const value = (await readPickle(pickle(']q\x00h\x00a.'), libraries)) as { items: unknown[] };
    expect(value.items[0]).toBe(value);
  });
});

describe('hostile files', () => {
  it.each(readdirSync(hostile))('%s is refused and runs nothing', async (file) => {
    const bytes = readFileSync(join(hostile, file));
    expect(await message(bytes)).not.toMatch(/\n/);
    expect((await inspectPickle(bytes, libraries)).refusal).toBe(await message(bytes));
    expect(existsSync('PWNED')).toBe(false);
  });
});

describe('inspection', () => {
  it('continues after names that are not admitted', async () => {
    const bytes = pickle("cposix\nsystem\n(S'x'\ntRq\x00}b0csubprocess\nPopen\n0csklearn.svm\nSVC\n.");
    expect(await inspectPickle(bytes, libraries)).toEqual({
      globals: [
        { name: 'posix.system', admitted: false },
        { name: 'subprocess.Popen', admitted: false },
        { name: 'sklearn.svm.SVC', admitted: true },
      ],
      refusal: 'refused: posix.system is not a class or function that a model file may name; nothing was run',
    });
  });

  it('finds names behind a damaged place', async () => {
    const bytes = pickle(0x80, 4, 'h\x09', 0x8c, 5, 'posix', 0x94, 0x8c, 6, 'system', 0x94, 0x93, '.');
    expect(await inspectPickle(bytes, libraries)).toEqual({
      protocol: 4,
      globals: [{ name: 'posix.system', admitted: false }],
      refusal: 'not a readable pickle: byte 4: memo 9 is empty',
    });
  });
});

it('makes an object of a lower-case class of a library, but does not call it', async () => {
  const name = 'csklearn.compose._column_transformer\nmake_column_selector\n)';
  const made = (await readPickle(pickle(`\x80\x02${name}\x81.`), libraries)) as { className: string };
  expect(made.className).toBe('sklearn.compose._column_transformer.make_column_selector');
  await expect(readPickle(pickle(`\x80\x02${name}R.`), libraries)).rejects.toThrow('may not call');
});

describe('a part that a file refers to from many places', () => {
  /** Tuples in one another, each of the one before `width` times. */
  const nested = (depth: number, width: number) =>
    `)q\x000${repeat(`(${repeat('h\0', width)}tq\x000`, depth)}h\0`;

  it('is the key of a dict without being written out', async () => {
    const bytes = pickle(0x80, 2, '}', nested(40, 16), 'I1\ns.');
    expect(await readPickle(bytes, libraries)).toHaveProperty('size', 1);
  });

  it('is compared by its values where it is short', async () => {
    const pair = "(S'a'\nI1\nt";
    const bytes = pickle(0x80, 2, `}${pair}I1\ns${pair}I2\ns(S'a'\nI2\ntI3\ns.`);
    expect(await readPickle(bytes, libraries)).toHaveProperty('size', 2);
  });
});

it('cuts the NULs at the end of a text of an array, however many stand within', async () => {
  const text = `a${repeat('\0', 1_000_000)}b\0\0`;
  const bytes = pickle(
    `cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(I0\ntS'b'\ntR(I1\n(I1\nt`,
    `cnumpy\ndtype\n(X${u32(8)}S1000004I0\nI1\ntRI00\nT${u32(text.length)}${text}tb.`,
  );
  expect(await readPickle(bytes, libraries)).toHaveProperty('data', [text.slice(0, -2)]);
});
