/** The element at an index that must exist. @throws RangeError if it does not */
export function at<T extends NonNullable<unknown> | null>(list: ArrayLike<T>, index: number): T {
  const element = list[index];
  if (element === undefined) throw new RangeError(`a list of ${list.length} has no element ${index}`);
  return element;
}

/** The text before the first separator; the whole text if there is none. */
export function before(text: string, separator: string): string {
  const end = text.indexOf(separator);
  return end < 0 ? text : text.slice(0, end);
}
