import { Initial1700000001000 } from './1700000001000-initial.js';

/** In order; each runs once, when the first process opens the database. */
export const MIGRATIONS = [Initial1700000001000];
