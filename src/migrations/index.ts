import { Foundation1700000001000 } from './1700000001000-foundation.js';

/** In order; each is run once, at start. */
export const MIGRATIONS = [Foundation1700000001000];
