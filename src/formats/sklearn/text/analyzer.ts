/** What the vectorizers of sklearn.feature_extraction.text make terms of, from their options. */
import { ENGLISH_STOP_WORDS } from '../../../inference/text/english-stop-words.js';
import {
  characterAnalyzer,
  wordAnalyzer,
  wordCharacterAnalyzer,
  type Analyzer,
  type NgramRange,
} from '../../../inference/text/analyzer.js';
import { Matcher } from '../../../inference/text/pattern/matcher.js';
import { PatternError } from '../../../inference/text/pattern/syntax.js';
import { lower, stripAccentsAscii, stripAccentsUnicode } from '../../../inference/text/python-text.js';
import {
  attribute,
  flag,
  listItems,
  optional,
  refuse,
  requireOption,
  scalar,
  show,
  string,
  toItems,
} from '../../pickle/attributes.js';
import { PySet, type PyObject } from '../../pickle/values.js';

/**
 * A vectorizer's steps from a text to its terms: lower case, accents, words or characters, n-grams.
 * @throws ModelFileError for Python functions in place of a step, and patterns that are not supported
 */
export function analyzerOf(estimator: PyObject): Analyzer {
  requireOption(estimator, 'input', ['content'], 'content');
  for (const name of ['preprocessor', 'tokenizer']) {
    const given = optional(estimator, name);
    if (given !== undefined) refuse(estimator, `${name} ${show(given)}`);
  }
  const prepare = preparation(estimator);
  const analyze = termsOf(estimator);
  return (text, emit) => analyze(prepare(text), emit);
}

function preparation(estimator: PyObject): (text: string) => string {
  const strip = requireOption(estimator, 'strip_accents', [null, 'ascii', 'unicode']);
  const accents = { ascii: stripAccentsAscii, unicode: stripAccentsUnicode };
  const stripped = strip === null ? (text: string) => text : accents[strip];
  return flag(estimator, 'lowercase') ? (text) => stripped(lower(text)) : stripped;
}

function termsOf(estimator: PyObject): Analyzer {
  const range = ngramRange(estimator);
  const analyzer = requireOption(estimator, 'analyzer', ['word', 'char', 'char_wb']);
  if (analyzer === 'char') return characterAnalyzer(range);
  if (analyzer === 'char_wb') return wordCharacterAnalyzer(range);
  const matcher = tokenPattern(estimator);
  return wordAnalyzer((text) => matcher.findAll(text), stopWordsOf(estimator), range);
}

function tokenPattern(estimator: PyObject): Matcher {
  const pattern = string(estimator, 'token_pattern');
  try {
    return new Matcher(pattern);
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    refuse(estimator, `token_pattern ${show(pattern)} (${error.message} is not supported)`);
  }
}

function stopWordsOf(estimator: PyObject): ReadonlySet<string> | undefined {
  const value = optional(estimator, 'stop_words');
  if (value === undefined) return undefined;
  if (value === 'english') return ENGLISH_STOP_WORDS;
  const words = value instanceof PySet ? value.items : toItems(value);
  if (words === undefined || !words.every((word) => typeof word === 'string'))
    refuse(estimator, `stop_words ${show(value)}`);
  return new Set(words);
}

function ngramRange(estimator: PyObject): NgramRange {
  const value = attribute(estimator, 'ngram_range');
  const [least, most] = (listItems(value) ?? []).map(scalar);
  if (
    least === undefined ||
    most === undefined ||
    !(least >= 1 && most >= least) ||
    !Number.isInteger(least + most)
  )
    refuse(estimator, `ngram_range ${show(value)}`);
  return { least, most };
}
