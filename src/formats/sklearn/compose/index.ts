import { entriesOf, type EvaluatorEntry } from '../../pickle/library.js';
import { columnTransformer } from './column-transformer.js';
import { functionTransformer } from './function.js';
import { functionInverse } from './function-inverse.js';
import { pipeline } from './pipeline.js';
import { featureUnion } from './union.js';

const entry = entriesOf('composition');

/** sklearn.pipeline, sklearn.compose and sklearn.preprocessing.FunctionTransformer. */
export const COMPOSE: readonly EvaluatorEntry[] = [
  entry('Pipeline', pipeline),
  entry('FeatureUnion', featureUnion),
  entry('ColumnTransformer', columnTransformer),
  {
    ...entry(
      'FunctionTransformer',
      functionTransformer,
      'No function, or a numpy function that maps each number by itself.',
    ),
    inverse: functionInverse,
  },
];
