import { ModelFileError } from '../../inference/model.js';

/** Transforms a row's raw scores to the prediction, in place. */
export type Transform = (scores: Float64Array, start: number, count: number) => void;

/** A model's objective, from the line `objective` of its text: "binary sigmoid:1". */
export interface Objective {
  readonly name: string;
  readonly transform: Transform;
  /** True if each score is transformed independently, in the same way. */
  readonly parameters: Readonly<Record<string, string>>;
}

const identity: Transform = () => {};

const each =
  (f: (x: number) => number): Transform =>
  (scores, start, count) => {
    for (let k = start; k < start + count; k++) scores[k] = f(scores[k]);
  };

const sigmoid = (slope: number): Transform => each((x) => 1 / (1 + Math.exp(-slope * x)));

/** Like LightGBM's Common::Softmax: the largest score is subtracted first, and exponentials are added in order. */
const softmax: Transform = (scores, start, count) => {
  let top = scores[start];
  for (let k = start + 1; k < start + count; k++) if (scores[k] > top) top = scores[k];
  let sum = 0;
  for (let k = start; k < start + count; k++) sum += scores[k] = Math.exp(scores[k] - top);
  for (let k = start; k < start + count; k++) scores[k] /= sum;
};

const exponential = each(Math.exp);
const signedSquare = each((x) => Math.sign(x) * x * x);
const softplus = each((x) => Math.log1p(Math.exp(x)));

/** Options of an objective: `sigmoid:0.7` is an entry, and `sqrt` an entry with its own name as value. */
type Options = Readonly<Record<string, string>>;

const regression = (options: Options): Transform => ('sqrt' in options ? signedSquare : identity);

const TRANSFORMS: Readonly<Record<string, (options: Options) => Transform>> = {
  regression,
  regression_l1: regression,
  fair: regression,
  quantile: regression,
  mape: regression,
  huber: () => identity,
  poisson: () => exponential,
  gamma: () => exponential,
  tweedie: () => exponential,
  binary: (options) => sigmoid(slopeOf(options)),
  multiclass: () => softmax,
  multiclassova: (options) => sigmoid(slopeOf(options)),
  cross_entropy: () => sigmoid(1),
  xentropy: () => sigmoid(1),
  cross_entropy_lambda: () => softplus,
  xentlambda: () => softplus,
  lambdarank: () => identity,
  rank_xendcg: () => identity,
  custom: () => identity,
  none: () => identity,
};

/** All known objectives, for the documentation. */
export const OBJECTIVES: readonly string[] = Object.keys(TRANSFORMS);

/**
 * @param line the text after `objective=`; undefined if the model was trained with a custom function, whose prediction
 * is the raw score
 * @throws ModelFileError for an unknown objective
 */
export function parseObjective(line = 'custom'): Objective {
  const [name = '', ...words] = line.split(' ').filter((word) => word !== '');
  const parameters = Object.fromEntries(
    words.map((word) => {
      const [key = '', value = ''] = word.split(':');
      return [key, value];
    }),
  );
  const transformOf = Object.hasOwn(TRANSFORMS, name) ? TRANSFORMS[name] : undefined;
  if (transformOf === undefined) {
    throw new ModelFileError(
      `the objective ${JSON.stringify(name.slice(0, 60))} is not known; known: ${OBJECTIVES.join(', ')}`,
    );
  }
  return { name, parameters, transform: transformOf(parameters) };
}

function slopeOf({ sigmoid: written = '1' }: Options): number {
  const slope = Number(written);
  if (written === '' || !(slope > 0)) {
    throw new ModelFileError(
      `the objective's sigmoid is ${JSON.stringify(written.slice(0, 40))}, where a number above 0 was expected`,
    );
  }
  return slope;
}
