/** The data is not suitable for training. The message is one line for the terminal. */
export class TrainingError extends Error {
  override readonly name = 'TrainingError';
}
