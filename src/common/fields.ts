import { z } from 'zod';

/** A time in a response: ISO 8601, UTC. */
export const timestamp = z.string().meta({ format: 'date-time', examples: ['2026-01-31T12:00:00.000Z'] });

/** A whole number in a query string. */
export const wholeNumber = (min: number, max: number) =>
  z.preprocess(
    (text) => (typeof text === 'string' && /^\d{1,15}$/.test(text) ? Number(text) : text),
    wholeNumberFrom(min, max),
  );

function wholeNumberFrom(min: number, max: number) {
  const message = `must be a whole number from ${min} to ${max}`;
  return z.int(message).min(min, message).max(max, message);
}

/** `true` or `false` in a query string. */
export const flag = z.preprocess(
  (text) => (text === 'true' ? true : text === 'false' ? false : text),
  z.boolean('must be true or false'),
);

/**
 * One line of text. The document has no pattern for its characters, because patterns without flags cannot express it.
 */
export const shortText = (max: number) =>
  z
    .string()
    .max(max)
    .refine((text) => /^\P{C}*$/u.test(text), 'must contain only printable characters');
