import { randomUUID } from 'node:crypto';

/** The shortest integer that a number may not hold has 16 digits. */
const LONG_INTEGER = /\d{16}/;
/** A string, or a number outside of a member's name. Strings are matched so that digits in them are left alone. */
const STRING_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\s]*:)/g;
const INTEGER = /^-?[1-9]\d{15,}$/;
/** Longer integers fit no datatype, and a bigint's cost grows with the square of its digits. */
const MAX_DIGITS = 40;

/** Marks the text of an integer while it is parsed. No sender can know it. */
const MARK = `\u2756${randomUUID()}`;

/**
 * Like `JSON.parse`, except that an integer beyond 2^53 becomes a bigint, where a number would lose its last digits.
 * @param revive gives each other value its final form
 * @throws SyntaxError like `JSON.parse`
 */
export function parseExactJson(text: string, revive?: (value: unknown) => unknown): unknown {
  const plain = (): unknown =>
    revive ? JSON.parse(text, (_key, value: unknown) => revive(value)) : JSON.parse(text);
  if (!LONG_INTEGER.test(text)) return plain();
  let count = 0;
  const marked = text.replace(STRING_OR_NUMBER, (token) => {
    if (token.length > MAX_DIGITS || !INTEGER.test(token) || Number.isSafeInteger(Number(token)))
      return token;
    count += 1;
    return `"${MARK}${token}"`;
  });
  if (count === 0) return plain();
  return JSON.parse(marked, (_key, value: unknown) => {
    if (typeof value === 'string' && value.startsWith(MARK)) return BigInt(value.slice(MARK.length));
    return revive ? revive(value) : value;
  });
}
