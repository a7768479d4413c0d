/** Texts as the terms that a vectorizer counts: words, characters, and n-grams of them. */
import { ModelInputError } from '../model.js';
import { collapseSpaces, splitWords } from './python-text.js';

/** Gives each term of a text, as often as it occurs. @throws ModelInputError for texts that would take too long */
export type Analyzer = (text: string, emit: (term: string) => void) => void;

/** Sizes of n-grams, both included. */
export interface NgramRange {
  readonly least: number;
  readonly most: number;
}

/** Characters of all n-grams of one text: a text of a megabyte has as many by the usual ranges. */
const MOST_CHARACTERS = 2 ** 26;

/**
 * Words, without stop words, and n-grams of neighbours joined by a space.
 * @param tokenize splits a text into words
 */
export function wordAnalyzer(
  tokenize: (text: string) => string[],
  stopWords: ReadonlySet<string> | undefined,
  { least, most }: NgramRange,
): Analyzer {
  const isPlain = least === 1 && most === 1;
  return (text, emit) => {
    const all = tokenize(text);
    const words = stopWords === undefined ? all : all.filter((word) => !stopWords.has(word));
    if (isPlain) {
      for (const word of words) emit(word);
      return;
    }
    const joined = words.join(' ');
    const starts = new Int32Array(words.length + 1);
    words.forEach((word, k) => (starts[k + 1] = starts[k] + word.length + 1));
    const longest = Math.min(most, words.length);
    checkWork(joined.length, Math.max(least, 1), longest);
    for (let n = Math.max(least, 1); n <= longest; n++) {
      for (let k = 0; k + n <= words.length; k++) emit(joined.slice(starts[k], starts[k + n] - 1));
    }
  };
}

/** N-grams of characters, over words' bounds, runs of white space being one space. */
export function characterAnalyzer({ least, most }: NgramRange): Analyzer {
  return (text, emit) => ngrams(collapseSpaces(text), least, most, emit);
}

/** N-grams of characters within words that have a space at either end; a word shorter than n counts whole, once. */
export function wordCharacterAnalyzer({ least, most }: NgramRange): Analyzer {
  return (text, emit) => {
    const words = splitWords(text);
    checkWork(text.length, least, Math.min(most, longestOf(words) + 2));
    for (const word of words) {
      const padded = ` ${word} `;
      if (lengthOf(padded) < least) emit(padded);
      else ngrams(padded, least, most, emit);
    }
  };
}

function longestOf(words: readonly string[]): number {
  return words.reduce((longest, word) => Math.max(longest, word.length), 0);
}

function ngrams(text: string, least: number, most: number, emit: (term: string) => void): void {
  const length = lengthOf(text);
  const longest = Math.min(most, length);
  checkWork(length, least, longest);
  const at = length === text.length ? undefined : offsetsOf(text, length);
  for (let n = least; n <= longest; n++) {
    for (let k = 0; k + n <= length; k++) {
      emit(at === undefined ? text.slice(k, k + n) : text.slice(at[k], at[k + n]));
    }
  }
}

/** Characters as Python counts them: code points. */
function lengthOf(text: string): number {
  let length = text.length;
  for (let k = 0; k < text.length; k++) if (text.codePointAt(k)! > 0xffff) length--;
  return length;
}

function offsetsOf(text: string, length: number): Int32Array {
  const offsets = new Int32Array(length + 1);
  let k = 0;
  for (let at = 0; at < text.length; at += text.codePointAt(at)! > 0xffff ? 2 : 1) offsets[k++] = at;
  offsets[length] = text.length;
  return offsets;
}

function checkWork(length: number, least: number, most: number): void {
  const each = ((most - least + 1) * (most + least)) / 2;
  if (most >= least && length * each > MOST_CHARACTERS) {
    throw new ModelInputError(`is too long a text for n-grams of up to ${most}`);
  }
}
