import type { Signature } from '../../inference/model.js';
import { faultError } from './faults.js';

/**
 * The outputs that a body asks for, by one name or a list of them; undefined where it does not say.
 * @param loc where the value stands in the body
 * @throws ApiError `invalid_input` for names that the model has not
 */
export function requestedOutputs(
  { outputs }: Signature,
  value: unknown,
  loc: readonly string[],
): string[] | undefined {
  if (value === undefined || value === null) return undefined;
  const known = outputs.map(({ name }) => name);
  const names: unknown[] = Array.isArray(value) ? value : [value];
  const isKnown = (name: unknown): name is string => typeof name === 'string' && known.includes(name);
  if (names.length > 0 && names.length <= known.length && names.every(isKnown)) return [...new Set(names)];
  throw faultError('invalid_input', [
    {
      loc: ['body', ...loc],
      msg: `must be one or more of the model's outputs: ${known.join(', ')}`,
      type: 'value_error.outputs',
    },
  ]);
}
