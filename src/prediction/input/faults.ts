import { ApiError, type Fault } from '../../common/errors.js';
import type { ModelInputError } from '../../inference/model.js';

/** Maximum faults per response: enough to correct a body, and few for a body with a million wrong cells. */
const LIMIT = 20;

/** Collects the faults of an input. */
export class Faults {
  private readonly list: Fault[] = [];

  get full(): boolean {
    return this.list.length >= LIMIT;
  }

  get any(): boolean {
    return this.list.length > 0;
  }

  add(loc: readonly (string | number)[], msg: string, type = 'value_error'): void {
    if (!this.full) this.list.push({ loc, msg, type });
  }

  /** @throws ApiError with this code, if there is any fault */
  throwIfAny(code: 'invalid_input' | 'validation_failed'): void {
    if (this.any) throw faultError(code, this.list);
  }
}

/** An error whose message joins its faults. */
export function faultError(code: 'invalid_input' | 'validation_failed', faults: readonly Fault[]): ApiError {
  const detail = faults.map(({ loc, msg }) => `${describe(loc)}: ${msg}`).join('; ');
  return new ApiError(code, detail, { faults });
}

/** The error for values that a model cannot compute, with their place in the body. */
export function modelInputFault(error: ModelInputError): ApiError {
  const { message, row, feature } = error;
  const loc = ['body', row, feature].filter((part) => part !== undefined);
  const place = row === undefined ? '' : `row ${row}: `;
  return new ApiError('invalid_input', place + sentence(error), {
    faults: [{ loc, msg: message, type: 'value_error' }],
  });
}

/** The fault without the row: "feature age is missing, which the model does not accept". */
export function sentence({ message, feature }: ModelInputError): string {
  return feature === undefined ? message : `feature ${feature} ${message}`;
}

/** `["body", "instances", 3, "age"]` → `instances[3].age`. */
function describe(loc: readonly (string | number)[]): string {
  const [first = '', ...rest] = loc[0] === 'body' && loc.length > 1 ? loc.slice(1) : loc;
  return rest.reduce<string>(
    (path, part) => path + (typeof part === 'number' ? `[${part}]` : `.${part}`),
    typeof first === 'number' ? `[${first}]` : first,
  );
}
