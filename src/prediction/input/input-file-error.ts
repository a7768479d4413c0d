/** The input file cannot be read as rows. The message names the place and the reason. */
export class InputFileError extends Error {
  override readonly name = 'InputFileError';
}
