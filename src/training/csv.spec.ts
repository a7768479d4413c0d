import { describe, expect, it } from 'vitest';
import { parseCsv } from './csv.js';

describe('parseCsv', () => {
  it.each([
    [
      'plain lines',
      'a,b\n1,2\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'no newline at the end',
      'a,b\n1,2',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'an empty last field',
      'a,b\n1,',
      [
        ['a', 'b'],
        ['1', ''],
      ],
    ],
    [
      'CRLF, a byte order mark and empty lines',
      '\ufeffa,b\r\n\r\n1, 2\r\n\r\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'quotes, with commas, quotes and line ends in them',
      '"a ""x""","b,\nc"\n1,2',
      [
        ['a "x"', 'b,\nc'],
        ['1', '2'],
      ],
    ],
    ['nothing', '', []],
  ])('reads %s', (_, text, records) => {
    expect(parseCsv(text)).toEqual(records);
  });

  it.each([
    ['a,b\n1\n', 'line 2 has 1 fields; the first one has 2'],
    ['a,b\n1,2,3\n', 'line 2 has 3 fields; the first one has 2'],
    ['a,b\n"1,2\n', 'line 2: a quote is out of place'],
    ['a,b\n1"x",2\n', 'line 2: a quote is out of place'],
  ])('refuses %j', (text, message) => {
    expect(() => parseCsv(text)).toThrow(message);
  });
});
