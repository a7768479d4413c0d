import { ModelFileError } from '../../inference/model.js';

const NAME_SHOWN = 120;

/** A name from a file for a message: one line, without control characters. */
export function printable(name: string): string {
  const shown = name.length > NAME_SHOWN ? `${name.slice(0, NAME_SHOWN)}…` : name;
  return shown.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '\ufffd');
}

/** The message for a name that is not admitted. */
export function refusal(name: string): ModelFileError {
  return new ModelFileError(
    `refused: ${printable(name)} is not a class or function that a model file may name; nothing was run`,
  );
}

/** The message for a call of a function that may only be referred to. */
export function callRefusal(name: string): ModelFileError {
  return new ModelFileError(`refused: a model file may not call ${printable(name)}; nothing was run`);
}
