import { describe, expect, it } from 'vitest';
import { csvRecords } from './csv-text.js';

describe('csvRecords', () => {
  it.each<[string, string[][]]>([
    ['', []],
    ['\n\r\n', []],
    [
      '1,2\n3,4',
      [
        ['1', '2'],
        ['3', '4'],
      ],
    ],
    [
      '1,2\r\n3,4\r\n',
      [
        ['1', '2'],
        ['3', '4'],
      ],
    ],
    [',\n', [['', '']]],
    ['"a,b",c\n', [['a,b', 'c']]],
    [
      '"a\nb","say ""hi"""\r\n"",x',
      [
        ['a\nb', 'say "hi"'],
        ['', 'x'],
      ],
    ],
    ['1,"2"', [['1', '2']]],
    ['"1"\n\n2,', [['1'], ['2', '']]],
    ['""""', [['"']]],
  ])('reads %j', (text, records) => {
    expect(csvRecords(text)).toEqual(records);
  });

  it.each([
    ['"1', 'record 1 of the CSV: a quote is not closed'],
    ['x\n"1""', 'record 2 of the CSV: a quote is not closed'],
    ['"1"x', 'record 1 of the CSV: text follows a closing quote'],
    ['1"', 'record 1 of the CSV: a quote stands within a cell'],
    ['"1"\rx', 'record 1 of the CSV: text follows a closing quote'],
  ])('rejects %j', (text, message) => {
    expect(() => csvRecords(text)).toThrow(message);
  });
});
