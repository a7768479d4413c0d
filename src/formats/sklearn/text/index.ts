import { entriesOf, type EvaluatorEntry } from '../../pickle/library.js';
import { dictVectorizer } from './dict-vectorizer.js';
import { countVectorizer, hashingVectorizer, tfidfTransformer, tfidfVectorizer } from './vectorizers.js';

const entry = entriesOf('text');

const OPTIONS =
  'Texts as one column. No Python functions as tokenizer, preprocessor or analyzer; token patterns without back-references.';

/** sklearn.feature_extraction. */
export const TEXT: readonly EvaluatorEntry[] = [
  entry('CountVectorizer', countVectorizer, OPTIONS),
  entry('TfidfVectorizer', tfidfVectorizer, OPTIONS),
  entry('TfidfTransformer', tfidfTransformer),
  entry('HashingVectorizer', hashingVectorizer, OPTIONS),
  entry(
    'DictVectorizer',
    dictVectorizer,
    'A feature for each key. Not for keys that hold text and numbers, nor for lists of texts.',
  ),
];
