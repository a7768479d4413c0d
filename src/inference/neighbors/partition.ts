/** Whether a comes before b: by value, NaN last. */
function less(a: number, b: number): boolean {
  return a < b || (b !== b && a === a);
}

function compare(a: number, b: number): number {
  return less(a, b) ? -1 : less(b, a) ? 1 : 0;
}

/**
 * Moves the `count` smallest of `values` to the front of `order`, as numpy.argpartition(values, count - 1) does. If
 * equal values compete for the last place, the algorithm decides: numpy's introselect, in its form without vector
 * instructions.
 * @param order positions in `values`; overwritten
 */
export function partition(values: Float64Array, order: Int32Array, count: number): void {
  for (let i = 0; i < order.length; i++) order[i] = i;
  const kth = count - 1;
  if (kth < 3) selectSmallest(values, order, count);
  else if (kth === order.length - 1) moveLargestLast(values, order);
  else introselect(values, order, kth);
}

function swap(order: Int32Array, i: number, j: number): void {
  const held = order[i];
  order[i] = order[j];
  order[j] = held;
}

function selectSmallest(values: Float64Array, order: Int32Array, count: number): void {
  for (let i = 0; i < count; i++) {
    let smallest = i;
    for (let k = i + 1; k < order.length; k++) {
      if (less(values[order[k]], values[order[smallest]])) smallest = k;
    }
    swap(order, i, smallest);
  }
}

function moveLargestLast(values: Float64Array, order: Int32Array): void {
  let largest = 0;
  for (let k = 1; k < order.length; k++) {
    if (!less(values[order[k]], values[order[largest]])) largest = k;
  }
  swap(order, order.length - 1, largest);
}

function introselect(values: Float64Array, order: Int32Array, kth: number): void {
  const before = (i: number, j: number): boolean => less(values[order[i]], values[order[j]]);
  let low = 0;
  let high = order.length - 1;
  for (let depth = 2 * Math.floor(Math.log2(order.length)); low + 1 < high; depth--) {
    if (depth <= 0 && high - low >= 6) {
      // The median of three fails so often only for constructed data. A sort bounds the time.
      order.subarray(low, high + 1).sort((a, b) => compare(values[a], values[b]));
      return;
    }
    const middle = low + Math.floor((high - low) / 2);
    if (before(high, middle)) swap(order, high, middle);
    if (before(high, low)) swap(order, high, low);
    if (before(low, middle)) swap(order, low, middle);
    swap(order, middle, low + 1);
    const pivot = values[order[low]];
    let left = low + 1;
    let right = high;
    for (;;) {
      do left++;
      while (less(values[order[left]], pivot));
      do right--;
      while (less(pivot, values[order[right]]));
      if (right < left) break;
      swap(order, left, right);
    }
    swap(order, low, right);
    if (right >= kth) high = right - 1;
    if (right <= kth) low = left;
  }
  if (high === low + 1 && before(high, low)) swap(order, high, low);
}
