import { ModelFileError } from '../inference/model.js';
import { show } from './pickle/conversions.js';
import type { PyValue } from './pickle/values.js';

/** A pickle holds something else than one estimator: a bundle, for a chain to take apart. */
export class NotOneEstimator extends ModelFileError {
  constructor(
    readonly value: PyValue,
    titles: string,
  ) {
    super(`the file holds ${show(value)}; expected a fitted estimator of ${titles}`);
  }
}

/** The files hold what belongs to a model (encoders, names), and no model. */
export class NoPredictor extends ModelFileError {}
