import type { EvaluatorEntry } from '../../pickle/library.js';
import { bernoulliNB, categoricalNB, complementNB, multinomialNB } from './discrete.js';
import { gaussianNB } from './gaussian.js';

/** Naive Bayes classifiers: sklearn.naive_bayes. */
export const BAYES: readonly EvaluatorEntry[] = [
  { className: 'GaussianNB', family: 'bayes', factory: gaussianNB },
  { className: 'MultinomialNB', family: 'bayes', factory: multinomialNB },
  { className: 'ComplementNB', family: 'bayes', factory: complementNB },
  { className: 'BernoulliNB', family: 'bayes', factory: bernoulliNB },
  { className: 'CategoricalNB', family: 'bayes', factory: categoricalNB },
];
