/** An input file cannot be read as rows at all; the message says where and why. */
export class InputFileError extends Error {
  override readonly name = 'InputFileError';
}
