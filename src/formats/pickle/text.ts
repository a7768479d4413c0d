/** The two textual encodings of strings in protocol 0. */

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['a', '\x07'],
  ['b', '\b'],
  ['f', '\f'],
  ['v', '\v'],
  ['\\', '\\'],
  ["'", "'"],
  ['"', '"'],
]);

/** The value of a Python 2 string literal as written by repr(); undefined for other text. */
export function stringLiteral(text: string): string | undefined {
  const quote = text[0];
  if (text.length < 2 || (quote !== "'" && quote !== '"') || text[text.length - 1] !== quote)
    return undefined;
  const body = text.slice(1, -1);
  return body.replace(/\\(x[0-9a-fA-F]{2}|[0-7]{1,3}|[^])/g, (whole, escape: string) => {
    if (escape[0] === 'x' && escape.length === 3) return String.fromCharCode(parseInt(escape.slice(1), 16));
    if (escape[0] >= '0' && escape[0] <= '7') return String.fromCharCode(parseInt(escape, 8) & 0xff);
    return ESCAPES.get(escape) ?? whole;
  });
}

/** The value of a line in Python's raw-unicode-escape; undefined where a code point does not exist. */
export function rawUnicodeEscape(text: string): string | undefined {
  let valid = true;
  const decoded = text.replace(
    /\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})/g,
    (_, short?: string, long?: string) => {
      const point = parseInt(short ?? long ?? '', 16);
      if (point > 0x10ffff) valid = false;
      return point > 0x10ffff ? '' : String.fromCodePoint(point);
    },
  );
  return valid ? decoded : undefined;
}
