/** Lists and objects in one another; the tensors with the most dimensions have 64. */
export const JSON_DEPTH = 100;

/** Shorter texts are parsed in no time, however deep they are. */
const WORTHWHILE = 4096;

const [QUOTE, BACKSLASH] = [34, 92];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [91, 93, 123, 125];

/**
 * True if a JSON text of 4 KiB or more nests deeper than {@link JSON_DEPTH}. `JSON.parse` takes seconds and hundreds of
 * megabytes for some megabytes of brackets, so it is asked before. One pass; of a text that is not JSON, no more than
 * the truth about its brackets.
 */
export function isTooDeep(text: string): boolean {
  if (text.length < WORTHWHILE) return false;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = endOfString(text, at);
      if (at < 0) return false;
    } else if (code === OPEN_LIST || code === OPEN_OBJECT) {
      if (++depth > JSON_DEPTH) return true;
    } else if (code === CLOSE_LIST || code === CLOSE_OBJECT) depth--;
  }
  return false;
}

/** The place of the quote that ends a string; -1 where none does. Each character is looked at once. */
function endOfString(text: string, open: number): number {
  for (let at = open + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at;
    if (code === BACKSLASH) at++;
  }
  return -1;
}
