/** Interleaved rounds: A B C, A B C, … after one warm-up of each. */

/**
 * @param runs by subject, what measures it once; given true when it is only to warm up
 * @param count rounds that count
 * @returns by subject, its figures round by round
 */
export async function interleaved(runs, count) {
  const names = Object.keys(runs);
  for (const name of names) await runs[name](true);
  const results = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < count; round++) {
    for (const name of names) results[name].push(await runs[name](false));
  }
  return results;
}
