import { isUtf8 } from 'node:buffer';

/**
 * The text of a header as its sender meant it. Node reads each byte as one character of Latin-1; bytes that are valid UTF-8
 * are read as that.
 */
export function headerText(value: string): string {
  if (!/[\x80-\xff]/.test(value)) return value;
  const bytes = Buffer.from(value, 'latin1');
  return isUtf8(bytes) ? bytes.toString() : value;
}
