import { z } from 'zod';

/** A record's position in the results: by time, and by id for equal times. */
export interface Position {
  readonly time: string;
  readonly id: number;
}

/** A position as an opaque text for clients. */
export const encodeCursor = ({ time, id }: Position): string =>
  Buffer.from(`${time} ${id}`).toString('base64url');

const FORM = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) (\d{1,10})$/;

export const cursorParameter = z.string().transform((value, context): Position => {
  const [, time, id] = FORM.exec(Buffer.from(value.slice(0, 100), 'base64url').toString()) ?? [];
  if (time === undefined || Number(id) >= 2 ** 31) {
    context.addIssue('must be the next value of an earlier page');
    return z.NEVER;
  }
  return { time, id: Number(id) };
});
