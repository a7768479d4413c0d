/** Text as Python's str treats it, where JavaScript differs or has no function of its own. */

/** str.lower: JavaScript maps the same characters, the capital sigma at the end of a word too. */
export function lower(text: string): string {
  return text.toLowerCase();
}

/** A character that re's `\w` matches: str.isalnum, or "_". Combining marks do not match. */
export function isWordCharacter(codePoint: number): boolean {
  if (codePoint < 0x80) {
    return (
      (codePoint >= 0x61 && codePoint <= 0x7a) ||
      (codePoint >= 0x41 && codePoint <= 0x5a) ||
      (codePoint >= 0x30 && codePoint <= 0x39) ||
      codePoint === 0x5f
    );
  }
  return /[\p{L}\p{N}]/u.test(String.fromCodePoint(codePoint));
}

/** A character that re's `\d` matches: str.isdecimal. */
export function isDecimal(codePoint: number): boolean {
  return codePoint < 0x80
    ? codePoint >= 0x30 && codePoint <= 0x39
    : /\p{Nd}/u.test(String.fromCodePoint(codePoint));
}

/** A character that re's `\s` matches and str.split splits at: U+001C to U+001F and U+0085 too, U+FEFF not. */
export function isSpace(codePoint: number): boolean {
  if (codePoint <= 0x20) {
    return (
      codePoint === 0x20 || (codePoint >= 9 && codePoint <= 13) || (codePoint >= 0x1c && codePoint <= 0x1f)
    );
  }
  return codePoint >= 0x85 && codePoint !== 0xfeff && (codePoint === 0x85 || isUnicodeSpace(codePoint));
}

function isUnicodeSpace(codePoint: number): boolean {
  return /\s/u.test(String.fromCodePoint(codePoint));
}

/** What Python's regular expressions and str.split call white space, for a JavaScript expression. */
const SPACE = String.raw`[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]`;
const SPACES = new RegExp(`${SPACE}+`);
const SEVERAL_SPACES = new RegExp(`${SPACE}{2,}`, 'g');

/** str.split() without arguments: the words between white space. */
export function splitWords(text: string): string[] {
  return text.split(SPACES).filter((word) => word !== '');
}

/** Each run of two or more white-space characters as one space; a single one stays as it is. */
export function collapseSpaces(text: string): string {
  return text.replace(SEVERAL_SPACES, ' ');
}

// eslint-disable-next-line no-control-regex
const ASCII = /^[\0-\x7f]*$/;
// eslint-disable-next-line no-control-regex
const NOT_ASCII = /[^\0-\x7f]/g;

/** scikit-learn's strip_accents_unicode: NFKD without the characters that combine. */
export function stripAccentsUnicode(text: string): string {
  if (ASCII.test(text)) return text;
  return text.normalize('NFKD').replace(/\p{M}/gu, (mark) => (combines(mark) ? '' : mark));
}

/** scikit-learn's strip_accents_ascii: NFKD without whatever is not ASCII. */
export function stripAccentsAscii(text: string): string {
  return ASCII.test(text) ? text : text.normalize('NFKD').replace(NOT_ASCII, '');
}

const combining = new Map<string, boolean>();

/**
 * Whether a mark's canonical combining class is not 0. JavaScript does not tell the class, but normalisation orders
 * marks by it: any but the last class (U+0345) moves before that, and that one behind the first class (U+0334).
 */
function combines(mark: string): boolean {
  let known = combining.get(mark);
  if (known === undefined) {
    const before = `\u0345${mark}`;
    const behind = `${mark}\u0334`;
    known = before.normalize('NFD') !== before || behind.normalize('NFD') !== behind;
    combining.set(mark, known);
  }
  return known;
}
