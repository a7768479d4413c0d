/**
 * Stages of an event-loop turn: what arrived together is computed together, and what was computed together is
 * written together in the same turn. With `setImmediate` alone, a write after a computation would wait for
 * the next turn, and its group would be half as large.
 */
let computing = false;

/** Runs `compute` when everything that arrived in this turn has been read. */
export function onceRead(compute: () => void): void {
  setImmediate(() => {
    computing = true;
    compute();
    void Promise.resolve().then(() => process.nextTick(endComputing));
  });
}

/** Runs `write` when everything that is computed in this turn is ready. */
export function onceComputed(write: () => void): void {
  // A nextTick queued in a promise callback runs after the callbacks of all promises settled so far.
  if (computing) process.nextTick(write);
  else setImmediate(write);
}

function endComputing(): void {
  computing = false;
}
