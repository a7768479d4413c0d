import { z } from 'zod';

/** A record's place in the order of answers: by time, and by id where times are equal. */
export interface Position {
  readonly time: string;
  readonly id: number;
}

/** A position as clients hold it: to be handed back as it is. */
export const encodeCursor = ({ time, id }: Position): string =>
  Buffer.from(`${time} ${id}`).toString('base64url');

const FORM = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) (\d{1,10})$/;

export const cursorParameter = z.string('must be given once').transform((value, context): Position => {
  const [, time, id] = FORM.exec(Buffer.from(value.slice(0, 100), 'base64url').toString()) ?? [];
  if (time === undefined || Number(id) >= 2 ** 31) {
    context.addIssue('must be the next of an earlier answer');
    return z.NEVER;
  }
  return { time, id: Number(id) };
});
