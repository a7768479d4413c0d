import { type Feature, type Signature, ModelFileError } from '../inference/model.js';
import type { TensorSpec } from '../inference/tensor.js';

/**
 * The features of a model whose file has only inputs: the columns of one table, or inputs with one column each. None
 * for models with other shapes.
 * @param names names of the columns from the user, in order
 * @throws ModelFileError if the names do not fit the inputs
 */
export function featuresOf(
  inputs: readonly TensorSpec[],
  names: readonly string[] | undefined,
): Pick<Signature, 'features'> {
  const columns =
    inputs.length > 1 || inputs[0].shape.length === 1 ? inputColumns(inputs) : tableColumns(inputs[0]);
  if (!columns) {
    if (!names) return {};
    throw new ModelFileError(
      'feature names were given, but the model takes neither a table nor one column a feature',
    );
  }
  if (!names) return { features: columns };
  if (names.length !== columns.length) {
    throw new ModelFileError(`${names.length} feature names were given for ${columns.length} features`);
  }
  const areInputs = inputs.length > 1 || inputs[0].shape.length === 1;
  if (areInputs && columns.some(({ name }, i) => name !== names[i])) {
    throw new ModelFileError(
      `the features have names of their own: ${columns.map(({ name }) => name).join(', ')}`,
    );
  }
  return { features: columns.map((column, i) => ({ ...column, name: names[i] })) };
}

function tableColumns({ shape, datatype }: TensorSpec): Feature[] | undefined {
  if (shape.length !== 2 || shape[0] !== -1 || shape[1] < 1) return undefined;
  return Array.from({ length: shape[1] }, (_, i) => ({ name: `f${i}`, datatype }));
}

function inputColumns(inputs: readonly TensorSpec[]): Feature[] | undefined {
  const isColumn = ({ shape }: TensorSpec) =>
    shape[0] === -1 && (shape.length === 1 || (shape.length === 2 && shape[1] === 1));
  return inputs.every(isColumn) ? inputs.map(({ name, datatype }) => ({ name, datatype })) : undefined;
}

/** The signature with these names, if the model's file has none and the number of columns is the same. */
export function withFeatureNames(signature: Signature, names: readonly string[]): Signature {
  const { features, inputs, unnamed, ...others } = signature;
  const distinct = new Set(names).size === names.length;
  if (unnamed !== true || features === undefined || features.length !== names.length || !distinct)
    return signature;
  const isTable =
    inputs.length === 1 && inputs[0].shape[1] === names.length && inputs[0].datatype !== 'BYTES';
  return {
    ...others,
    inputs: isTable ? inputs : inputs.map((input, j) => ({ ...input, name: names[j] })),
    features: features.map((feature, j) => ({ ...feature, name: names[j] })),
  };
}
