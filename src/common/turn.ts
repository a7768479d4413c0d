/**
 * The stages of a turn of the event loop: what came in together is computed together, and what was computed together
 * is written together in the same turn. Left to `setImmediate` alone, a write that follows a computation would wait for
 * the next turn, and its group would be half as large.
 */
let computing = false;

/** Runs `compute` once all that came in this turn is read. */
export function onceRead(compute: () => void): void {
  setImmediate(() => {
    computing = true;
    compute();
    void Promise.resolve().then(() => process.nextTick(endComputing));
  });
}

/** Runs `write` once all that was computed with it is there. */
export function onceComputed(write: () => void): void {
  // A tick that is asked for by a promise's reaction comes after the reactions of all promises that are settled by then.
  if (computing) process.nextTick(write);
  else setImmediate(write);
}

function endComputing(): void {
  computing = false;
}
