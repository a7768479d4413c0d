/** The data cannot be trained on; the message is one line for the person at the terminal. */
export class TrainingError extends Error {
  override readonly name = 'TrainingError';
}
