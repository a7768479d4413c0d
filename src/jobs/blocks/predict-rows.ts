import { ApiError } from '../../common/errors.js';
import { sentence } from '../../prediction/input/faults.js';
import { InputFileError } from '../../prediction/input/input-file-error.js';
import { tensorsFromRows } from '../../prediction/input/rows.js';
import { type LoadedModel, ModelInputError } from '../../inference/model.js';
import { unlikeRows } from '../../inference/rows.js';
import type { Tensor } from '../../inference/tensor.js';
import { RowFault } from './rows.js';

/** The result of consecutive rows: the outputs of all of them, or why one row failed. */
export type Outcome =
  | { readonly rows: number; readonly outputs: readonly Tensor[] }
  | { readonly rows: 1; readonly fault: string };

/**
 * Predicts rows in as few calls of the model as possible. An invalid row fails alone.
 * @returns outcomes in the order of the rows
 */
export async function predictRows(
  model: LoadedModel,
  rows: readonly unknown[],
  outputs: readonly string[],
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (let from = 0; from < rows.length;) {
    const row = rows[from];
    if (row instanceof RowFault) {
      outcomes.push({ rows: 1, fault: row.message });
      from += 1;
      continue;
    }
    let to = from + 1;
    while (to < rows.length && !(rows[to] instanceof RowFault)) to += 1;
    outcomes.push(...(await predictRun(model, rows.slice(from, to), outputs)));
    from = to;
  }
  return outcomes;
}

/**
 * Halves a rejected range until the invalid row is alone, so that few invalid rows cost few calls.
 * @throws InputFileError where an output is not one answer a row
 */
async function predictRun(
  model: LoadedModel,
  rows: readonly unknown[],
  outputs: readonly string[],
): Promise<Outcome[]> {
  try {
    const inputs = tensorsFromRows(model.signature, rows, () => ['row'], 'invalid_input');
    const computed = await model.infer(inputs, outputs);
    const fault = unlikeRows(computed, rows.length);
    if (fault !== undefined) throw new InputFileError(fault);
    return [{ rows: rows.length, outputs: computed }];
  } catch (error) {
    const fault = faultOf(error);
    if (fault === undefined) throw error;
    if (rows.length === 1) return [{ rows: 1, fault }];
    const half = rows.length >> 1;
    return [
      ...(await predictRun(model, rows.slice(0, half), outputs)),
      ...(await predictRun(model, rows.slice(half), outputs)),
    ];
  }
}

/** The reason why a row is invalid; undefined for other errors. */
function faultOf(error: unknown): string | undefined {
  if (error instanceof ModelInputError) return sentence(error);
  if (!(error instanceof ApiError) || error.code !== 'invalid_input') return undefined;
  const faults = error.faults?.map(({ loc, msg }) => {
    const [, ...path] = loc;
    // The message already names the feature, unless the path ends in its name.
    return typeof path.at(-1) === 'string' ? `${path.join('.')}: ${msg}` : msg;
  });
  return faults?.join('; ') ?? error.detail;
}
