let last: Promise<unknown> = Promise.resolve();

/**
 * Runs asynchronous work with TensorFlow.js one piece at a time. The engine has one current backend and one stack of
 * memory scopes for the whole process: two pieces that take turns at their awaits would mix theirs.
 */
export function exclusively<T>(work: () => Promise<T>): Promise<T> {
  const run = last.then(work);
  last = run.catch(() => undefined);
  return run;
}
