import type { EvaluatorEntry, EvaluatorFactory } from './entry.js';

/** Makes the rows of one family for the table class → evaluator. */
export function entriesOf(family: string) {
  return (className: string, factory: EvaluatorFactory, note?: string): EvaluatorEntry => ({
    className,
    family,
    factory,
    ...(note !== undefined && { note }),
  });
}
