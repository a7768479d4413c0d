/** sklearn.decomposition.LatentDirichletAllocation: the shares of topics in a text. */
import { coarseDigamma } from '../../../inference/numeric/digamma.js';
import { numbersOf } from '../../../inference/numeric/numeric.js';
import type { SparseRows } from '../../../inference/tabular/evaluator.js';
import { sparseRowsOf } from '../../../inference/tabular/sparse.js';
import { checkColumns, tableOf } from '../../../inference/tabular/tables.js';
import { matrix, number, refuse } from '../../pickle/attributes.js';
import type { EvaluatorFactory } from '../../pickle/library.js';

const MOST_ROUNDS = 100_000;

/** Weigh the topics of each text again and again until they change little, as at training. */
export const latentDirichletAllocation: EvaluatorFactory = (estimator) => {
  const topicWords = matrix(estimator, 'exp_dirichlet_component_');
  const { rows: topics, columns: n } = topicWords;
  const prior = number(estimator, 'doc_topic_prior_');
  const rounds = number(estimator, 'max_doc_update_iter');
  const least = number(estimator, 'mean_change_tol');
  if (!(rounds >= 0 && rounds <= MOST_ROUNDS)) refuse(estimator, `max_doc_update_iter ${rounds}`);
  const weigh = ({ starts, indices, values }: SparseRows, row: number, out: Float64Array): void => {
    const [from, to] = [starts[row], starts[row + 1]];
    let shares = new Float64Array(topics).fill(1);
    const factors = new Float64Array(topics).fill(Math.exp(coarseDigamma(1) - coarseDigamma(topics)));
    for (let round = 0; round < rounds; round++) {
      const next = new Float64Array(topics);
      for (let e = from; e < to; e++) {
        let norm = Number.EPSILON;
        for (let t = 0; t < topics; t++) norm += factors[t] * topicWords.data[t * n + indices[e]];
        for (let t = 0; t < topics; t++) next[t] += (values[e] / norm) * topicWords.data[t * n + indices[e]];
      }
      let total = 0;
      for (let t = 0; t < topics; t++) total += next[t] = factors[t] * next[t] + prior;
      const all = coarseDigamma(total);
      let change = 0;
      for (let t = 0; t < topics; t++) {
        factors[t] = Math.exp(coarseDigamma(next[t]) - all);
        change += Math.abs(shares[t] - next[t]);
      }
      shares = next;
      if (change / topics < least) break;
    }
    const sum = shares.reduce((total, share) => total + share, 0);
    for (let t = 0; t < topics; t++) out[row * topics + t] = shares[t] / sum;
  };
  return {
    nFeatures: n,
    takesSparse: true,
    sources: new Array<undefined>(topics).fill(undefined),
    transform: (x) => {
      checkColumns(x, n);
      if (x.sparse === undefined) numbersOf(x, n);
      const sparse = sparseRowsOf(x);
      const out = new Float64Array(x.rows * topics);
      for (let i = 0; i < x.rows; i++) weigh(sparse, i, out);
      return tableOf(x.rows, topics, out);
    },
  };
};
