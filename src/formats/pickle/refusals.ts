import { ModelFileError } from '../../inference/model.js';

const NAME_SHOWN = 120;

/** A name out of a file as a message may show it: one line, nothing that moves a terminal's cursor. */
export function printable(name: string): string {
  const shown = name.length > NAME_SHOWN ? `${name.slice(0, NAME_SHOWN)}…` : name;
  return shown.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '\ufffd');
}

/** What is said of a name that is not let in. */
export function refusal(name: string): ModelFileError {
  return new ModelFileError(
    `refused: ${printable(name)} is not a class or function that a model file may name; nothing was run`,
  );
}

/** What is said where a file would call a function that it may only refer to. */
export function callRefusal(name: string): ModelFileError {
  return new ModelFileError(`refused: a model file may not call ${printable(name)}; nothing was run`);
}
